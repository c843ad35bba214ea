-- Threads, their items, runs and attachments. A row is always found by its whole key (user, thread, item).
--
-- `seq` and `position` are the sort keys: clocks may stand still or step back, counters do not.
-- A deleted row stays behind without its content, so that a cursor which names it still finds its place and a late
-- writer cannot bring it back.
-- JSON is kept as text, not as jsonb: it may hold an escaped NUL, which jsonb refuses, and comes back as it was written.
-- Times are microseconds since 1970-01-01T00:00:00Z, as the server's clock gives them; only leases follow the database's.

CREATE TABLE threads (
    seq                   BIGINT  GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id               TEXT    NOT NULL,
    id                    TEXT    NOT NULL UNIQUE,
    created_at            BIGINT  NOT NULL,
    title                 TEXT,
    status                TEXT    NOT NULL,
    metadata              TEXT    NOT NULL,
    allowed_image_domains TEXT,
    last_position         BIGINT  NOT NULL DEFAULT 0,
    is_deleted            BOOLEAN NOT NULL DEFAULT FALSE,
    UNIQUE (user_id, id)
);

CREATE INDEX threads_by_user ON threads (user_id, seq) WHERE NOT is_deleted;

CREATE TABLE items (
    user_id      TEXT    NOT NULL,
    thread_id    TEXT    NOT NULL,
    id           TEXT    NOT NULL,
    position     BIGINT  NOT NULL,
    is_hidden    BOOLEAN NOT NULL,
    body         TEXT    NOT NULL,
    -- The turn that added the item: undoing it removes that and nothing else.
    added_by     TEXT,
    is_deleted   BOOLEAN NOT NULL DEFAULT FALSE,
    PRIMARY KEY (user_id, thread_id, id),
    FOREIGN KEY (user_id, thread_id) REFERENCES threads (user_id, id) ON DELETE CASCADE
);

CREATE UNIQUE INDEX items_by_position ON items (user_id, thread_id, position);

-- What a retry sets aside, under the name of its turn; in `items` it is deleted until it is restored.
CREATE TABLE items_aside (
    user_id   TEXT    NOT NULL,
    thread_id TEXT    NOT NULL,
    run_id    TEXT    NOT NULL,
    id        TEXT    NOT NULL,
    position  BIGINT  NOT NULL,
    is_hidden BOOLEAN NOT NULL,
    body      TEXT    NOT NULL,
    added_by  TEXT,
    PRIMARY KEY (user_id, thread_id, run_id, id),
    FOREIGN KEY (user_id, thread_id, id) REFERENCES items (user_id, thread_id, id) ON DELETE CASCADE
);

CREATE TABLE feedback (
    user_id    TEXT NOT NULL,
    thread_id  TEXT NOT NULL,
    item_id    TEXT NOT NULL,
    kind       TEXT NOT NULL,
    PRIMARY KEY (user_id, thread_id, item_id),
    FOREIGN KEY (user_id, thread_id, item_id) REFERENCES items (user_id, thread_id, id) ON DELETE CASCADE
);

-- A run is begun in the transaction that stores what its request brought, and ended in the one that stores the end of
-- its answer. One that is still `running` when its lease is over was interrupted by the end of its process.
CREATE TABLE runs (
    user_id             TEXT        NOT NULL,
    id                  TEXT        NOT NULL,
    thread_id           TEXT        NOT NULL,
    -- running, completed, failed, cancelled or interrupted.
    state               TEXT        NOT NULL,
    -- The reader pressed stop; the run may still be on its way to its end.
    is_cancel_requested BOOLEAN     NOT NULL DEFAULT FALSE,
    started_at          BIGINT      NOT NULL,
    ended_at            BIGINT,
    -- What a repeated request is recognised by, if its sender gave it a key.
    idempotency_key     TEXT,
    fingerprint         TEXT,
    -- The number of the last event written down.
    last_seq            BIGINT      NOT NULL DEFAULT 0,
    -- The process that runs it, and until when nobody else may end it.
    owner               TEXT        NOT NULL,
    lease_until         TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (user_id, id),
    FOREIGN KEY (user_id, thread_id) REFERENCES threads (user_id, id) ON DELETE CASCADE
);

CREATE UNIQUE INDEX runs_by_idempotency_key ON runs (user_id, idempotency_key) WHERE idempotency_key IS NOT NULL;

CREATE INDEX runs_by_thread ON runs (user_id, thread_id);

CREATE INDEX runs_running ON runs (owner) WHERE state = 'running';

CREATE INDEX runs_by_end ON runs (ended_at) WHERE ended_at IS NOT NULL;

-- Events in the batches in which they were written down: a row for each would cost more than the answer itself.
CREATE TABLE run_events (
    user_id   TEXT   NOT NULL,
    run_id    TEXT   NOT NULL,
    first_seq BIGINT NOT NULL,
    last_seq  BIGINT NOT NULL,
    -- One line for each event: its number, a space, its compact JSON.
    body      TEXT   NOT NULL,
    PRIMARY KEY (user_id, run_id, first_seq),
    FOREIGN KEY (user_id, run_id) REFERENCES runs (user_id, id) ON DELETE CASCADE
);

-- The bytes are null until they are uploaded; an attachment that is in no thread after a day is swept away.
CREATE TABLE attachments (
    user_id    TEXT   NOT NULL,
    id         TEXT   NOT NULL UNIQUE,
    -- The secret in the address of the bytes.
    token      TEXT   NOT NULL,
    name       TEXT   NOT NULL,
    mime_type  TEXT   NOT NULL,
    size_bytes BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    thread_id  TEXT,
    bytes      BYTEA,
    PRIMARY KEY (user_id, id)
);

CREATE INDEX attachments_by_thread ON attachments (user_id, thread_id) WHERE thread_id IS NOT NULL;

CREATE INDEX attachments_in_no_thread ON attachments (created_at) WHERE thread_id IS NULL;
