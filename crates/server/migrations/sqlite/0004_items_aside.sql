-- What a retry sets aside moves to a table of its own, so that a new answer may use the id of an old item and the old
-- one still comes back; and every item says which turn added it, so that undoing a turn removes that and nothing else.

ALTER TABLE items ADD COLUMN added_by TEXT;

CREATE TABLE items_aside (
    user_id   TEXT    NOT NULL,
    thread_id TEXT    NOT NULL,
    -- The turn that set the item aside for a retry; in `items` it is deleted until it is restored.
    run_id    TEXT    NOT NULL,
    id        TEXT    NOT NULL,
    position  INTEGER NOT NULL,
    is_hidden INTEGER NOT NULL,
    body      TEXT    NOT NULL,
    added_by  TEXT,
    PRIMARY KEY (user_id, thread_id, run_id, id),
    FOREIGN KEY (user_id, thread_id, id) REFERENCES items (user_id, thread_id, id) ON DELETE CASCADE
);

INSERT INTO items_aside (user_id, thread_id, run_id, id, position, is_hidden, body)
    SELECT user_id, thread_id, set_aside_by, id, position, is_hidden, body FROM items WHERE set_aside_by IS NOT NULL;

-- A retry that this start is about to undo: what came after is its own.
UPDATE items SET added_by =
    (SELECT run_id FROM items_aside AS aside
        WHERE aside.user_id = items.user_id AND aside.thread_id = items.thread_id AND aside.position < items.position)
    WHERE set_aside_by IS NULL;

UPDATE items SET is_deleted = 1, body = '', set_aside_by = NULL WHERE set_aside_by IS NOT NULL;

DROP INDEX items_set_aside;

ALTER TABLE items DROP COLUMN set_aside_by;
