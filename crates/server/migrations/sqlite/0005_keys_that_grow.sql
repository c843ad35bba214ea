-- What is written most is found by keys that begin with an id, which itself begins with the time, and not with the user:
-- what is new then stands together on a few pages, where every user had pages of their own to be written for a turn. A row
-- is found by its whole key as before.

CREATE TABLE threads_anew (
    seq                   INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id               TEXT    NOT NULL,
    id                    TEXT    NOT NULL UNIQUE,
    -- Microseconds since 1970-01-01T00:00:00Z.
    created_at            INTEGER NOT NULL,
    title                 TEXT,
    status                TEXT    NOT NULL,
    metadata              TEXT    NOT NULL,
    allowed_image_domains TEXT,
    last_position         INTEGER NOT NULL DEFAULT 0,
    is_deleted            INTEGER NOT NULL DEFAULT 0,
    UNIQUE (id, user_id)
);

INSERT INTO threads_anew
    (seq, user_id, id, created_at, title, status, metadata, allowed_image_domains, last_position, is_deleted)
    SELECT seq, user_id, id, created_at, title, status, metadata, allowed_image_domains, last_position, is_deleted
    FROM threads ORDER BY seq;

-- A number that was given is never given again.
UPDATE sqlite_sequence SET seq = (SELECT seq FROM sqlite_sequence WHERE name = 'threads') WHERE name = 'threads_anew';

DROP TABLE threads;

ALTER TABLE threads_anew RENAME TO threads;

CREATE INDEX threads_by_user ON threads (user_id, seq) WHERE is_deleted = 0;

CREATE TABLE items_anew (
    user_id    TEXT    NOT NULL,
    thread_id  TEXT    NOT NULL,
    id         TEXT    NOT NULL,
    position   INTEGER NOT NULL,
    is_hidden  INTEGER NOT NULL,
    body       TEXT    NOT NULL,
    is_deleted INTEGER NOT NULL DEFAULT 0,
    -- The turn that added it, if one did.
    added_by   TEXT,
    PRIMARY KEY (thread_id, user_id, id),
    FOREIGN KEY (user_id, thread_id) REFERENCES threads (user_id, id) ON DELETE CASCADE
);

INSERT INTO items_anew (user_id, thread_id, id, position, is_hidden, body, is_deleted, added_by)
    SELECT user_id, thread_id, id, position, is_hidden, body, is_deleted, added_by FROM items ORDER BY rowid;

DROP TABLE items;

ALTER TABLE items_anew RENAME TO items;

CREATE UNIQUE INDEX items_by_position ON items (thread_id, user_id, position);

CREATE TABLE runs_anew (
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
    PRIMARY KEY (id, user_id),
    FOREIGN KEY (user_id, thread_id) REFERENCES threads (user_id, id) ON DELETE CASCADE
);

INSERT INTO runs_anew
    (user_id, id, thread_id, state, is_cancel_requested, started_at, ended_at, idempotency_key, fingerprint, last_seq)
    SELECT user_id, id, thread_id, state, is_cancel_requested, started_at, ended_at, idempotency_key, fingerprint, last_seq
    FROM runs ORDER BY rowid;

DROP TABLE runs;

ALTER TABLE runs_anew RENAME TO runs;

CREATE UNIQUE INDEX runs_by_idempotency_key ON runs (user_id, idempotency_key) WHERE idempotency_key IS NOT NULL;

CREATE INDEX runs_by_thread ON runs (thread_id, user_id);

CREATE INDEX runs_running ON runs (state) WHERE state = 'running';

CREATE INDEX runs_by_end ON runs (ended_at) WHERE ended_at IS NOT NULL;

CREATE TABLE run_events_anew (
    user_id   TEXT    NOT NULL,
    run_id    TEXT    NOT NULL,
    first_seq INTEGER NOT NULL,
    last_seq  INTEGER NOT NULL,
    -- The body of a batch of events.
    body      TEXT    NOT NULL,
    PRIMARY KEY (run_id, user_id, first_seq),
    FOREIGN KEY (user_id, run_id) REFERENCES runs (user_id, id) ON DELETE CASCADE
);

INSERT INTO run_events_anew (user_id, run_id, first_seq, last_seq, body)
    SELECT user_id, run_id, first_seq, last_seq, body FROM run_events ORDER BY rowid;

DROP TABLE run_events;

ALTER TABLE run_events_anew RENAME TO run_events;
