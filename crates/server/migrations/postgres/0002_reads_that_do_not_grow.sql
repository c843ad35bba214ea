-- What is asked all the time is found without reading past what has ended or was sent.
--
-- Of two indexes that seem equally good, Postgres takes the newer; of a table that was never analysed every index seems
-- good that begins with the user. So the index of a whole key is made after those of lists, here once more.

ALTER TABLE items DROP CONSTRAINT items_user_id_thread_id_fkey;
ALTER TABLE items_aside DROP CONSTRAINT items_aside_user_id_thread_id_id_fkey;
ALTER TABLE feedback DROP CONSTRAINT feedback_user_id_thread_id_item_id_fkey;
ALTER TABLE runs DROP CONSTRAINT runs_user_id_thread_id_fkey;
ALTER TABLE run_events DROP CONSTRAINT run_events_user_id_run_id_fkey;

ALTER TABLE threads DROP CONSTRAINT threads_user_id_id_key, ADD UNIQUE (user_id, id);
ALTER TABLE items DROP CONSTRAINT items_pkey, ADD PRIMARY KEY (user_id, thread_id, id);
ALTER TABLE runs DROP CONSTRAINT runs_pkey, ADD PRIMARY KEY (user_id, id);

ALTER TABLE items ADD FOREIGN KEY (user_id, thread_id) REFERENCES threads (user_id, id) ON DELETE CASCADE;
ALTER TABLE items_aside ADD FOREIGN KEY (user_id, thread_id, id)
    REFERENCES items (user_id, thread_id, id) ON DELETE CASCADE;
ALTER TABLE feedback ADD FOREIGN KEY (user_id, thread_id, item_id)
    REFERENCES items (user_id, thread_id, id) ON DELETE CASCADE;
ALTER TABLE runs ADD FOREIGN KEY (user_id, thread_id) REFERENCES threads (user_id, id) ON DELETE CASCADE;
ALTER TABLE run_events ADD FOREIGN KEY (user_id, run_id) REFERENCES runs (user_id, id) ON DELETE CASCADE;

DROP INDEX runs_by_idempotency_key;
CREATE UNIQUE INDEX runs_by_idempotency_key ON runs (user_id, idempotency_key) WHERE idempotency_key IS NOT NULL;

CREATE INDEX runs_running_by_thread ON runs (user_id, thread_id) WHERE state = 'running';

-- The size is in no other index: whoever counts in its order, counts in this one.
CREATE INDEX attachments_unsent_by_user ON attachments (user_id, size_bytes) WHERE thread_id IS NULL;
