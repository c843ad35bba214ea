-- Runs: what became of each turn, and for some time the events it sent.
--
-- A run is begun in the transaction that stores what its request brought, and ended in the one that stores the end of
-- its answer. A run that is still `running` when a server starts was interrupted by the end of the process.

CREATE TABLE runs (
    user_id             TEXT    NOT NULL,
    id                  TEXT    NOT NULL,
    thread_id           TEXT    NOT NULL,
    -- running, completed, failed, cancelled or interrupted.
    state               TEXT    NOT NULL,
    -- The reader pressed stop; the run may still be on its way to its end.
    is_cancel_requested INTEGER NOT NULL DEFAULT 0,
    -- Microseconds since 1970-01-01T00:00:00Z.
    started_at          INTEGER NOT NULL,
    ended_at            INTEGER,
    -- What a repeated request is recognised by, if its sender gave it a key.
    idempotency_key     TEXT,
    fingerprint         TEXT,
    -- The number of the last event written down.
    last_seq            INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (user_id, id),
    FOREIGN KEY (user_id, thread_id) REFERENCES threads (user_id, id) ON DELETE CASCADE
);

CREATE UNIQUE INDEX runs_by_idempotency_key ON runs (user_id, idempotency_key) WHERE idempotency_key IS NOT NULL;

CREATE INDEX runs_by_thread ON runs (user_id, thread_id);

CREATE INDEX runs_running ON runs (state) WHERE state = 'running';

CREATE INDEX runs_by_end ON runs (ended_at) WHERE ended_at IS NOT NULL;

-- Events in the batches in which they were written down: a row for each would cost more than the answer itself.
CREATE TABLE run_events (
    user_id   TEXT    NOT NULL,
    run_id    TEXT    NOT NULL,
    first_seq INTEGER NOT NULL,
    last_seq  INTEGER NOT NULL,
    -- One line for each event: its number, a space, its compact JSON.
    body      TEXT    NOT NULL,
    PRIMARY KEY (user_id, run_id, first_seq),
    FOREIGN KEY (user_id, run_id) REFERENCES runs (user_id, id) ON DELETE CASCADE
);
