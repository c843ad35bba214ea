-- Attachments and their bytes. The bytes are null until they are uploaded; an attachment that is in no thread after a
-- day is swept away.

CREATE TABLE attachments (
    user_id    TEXT    NOT NULL,
    id         TEXT    NOT NULL UNIQUE,
    -- The secret in the address of the bytes.
    token      TEXT    NOT NULL,
    name       TEXT    NOT NULL,
    mime_type  TEXT    NOT NULL,
    size_bytes INTEGER NOT NULL,
    -- Microseconds since 1970-01-01T00:00:00Z.
    created_at INTEGER NOT NULL,
    thread_id  TEXT,
    bytes      BLOB,
    PRIMARY KEY (user_id, id)
);

CREATE INDEX attachments_by_thread ON attachments (user_id, thread_id) WHERE thread_id IS NOT NULL;

CREATE INDEX attachments_in_no_thread ON attachments (created_at) WHERE thread_id IS NULL;
