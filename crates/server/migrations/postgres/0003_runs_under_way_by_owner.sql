-- A thread's run is looked for without reading past the runs of everybody else.
--
-- This index is the smallest, so as long as `state = 'running'` was its condition, too, it seemed the best for the runs of
-- one thread: read from one end to the other. A run that has not ended has no end, so the two can be told apart.

DROP INDEX runs_running;
CREATE INDEX runs_under_way_by_owner ON runs (owner) WHERE ended_at IS NULL;
