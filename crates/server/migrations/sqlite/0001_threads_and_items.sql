-- Threads and their items. A row is always found by its whole key (user, thread, item).
--
-- `seq` and `position` are the sort keys: clocks may stand still or step back, counters do not.
-- A deleted row stays behind without its content, so that a cursor which names it still finds its place and a late
-- writer cannot bring it back.

CREATE TABLE threads (
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
    UNIQUE (user_id, id)
);

CREATE INDEX threads_by_user ON threads (user_id, seq) WHERE is_deleted = 0;

CREATE TABLE items (
    user_id      TEXT    NOT NULL,
    thread_id    TEXT    NOT NULL,
    id           TEXT    NOT NULL,
    position     INTEGER NOT NULL,
    is_hidden    INTEGER NOT NULL,
    body         TEXT    NOT NULL,
    -- The turn that set this item aside for a retry; such an item is seen nowhere until it is restored.
    set_aside_by TEXT,
    is_deleted   INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (user_id, thread_id, id),
    FOREIGN KEY (user_id, thread_id) REFERENCES threads (user_id, id) ON DELETE CASCADE
);

CREATE UNIQUE INDEX items_by_position ON items (user_id, thread_id, position);

CREATE INDEX items_set_aside ON items (set_aside_by) WHERE set_aside_by IS NOT NULL;

CREATE TABLE feedback (
    user_id    TEXT NOT NULL,
    thread_id  TEXT NOT NULL,
    item_id    TEXT NOT NULL,
    kind       TEXT NOT NULL,
    PRIMARY KEY (user_id, thread_id, item_id),
    FOREIGN KEY (user_id, thread_id, item_id) REFERENCES items (user_id, thread_id, id) ON DELETE CASCADE
);
