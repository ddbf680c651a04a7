-- Schema 5: folders that live on this PC alone, imports that go on where they were, seeds.

-- 1: never on the server, never synchronised ("Sur ce PC"); on_server is 0 then.
ALTER TABLE folder ADD COLUMN local INTEGER NOT NULL DEFAULT 0;
-- Where a message is kept that has no location because it was put in here: its home until a server
-- has it. What is shown is "location, else expected, else shelf; then what is wanted".
ALTER TABLE message ADD COLUMN shelf_id INTEGER REFERENCES folder (id) ON DELETE SET NULL;
CREATE INDEX message_shelf ON message (shelf_id) WHERE shelf_id IS NOT NULL;

CREATE TABLE import_run (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    source     TEXT NOT NULL,                -- the file or folder, as an absolute path
    target     TEXT NOT NULL,                -- path of the folder that was chosen
    state      TEXT NOT NULL DEFAULT 'running' CHECK (state IN ('running', 'done')),
    begun_at   TEXT NOT NULL,
    ended_at   TEXT,
    imported   INTEGER NOT NULL DEFAULT 0,
    duplicates INTEGER NOT NULL DEFAULT 0,
    left_out   INTEGER NOT NULL DEFAULT 0,   -- marked as deleted where they come from
    blob_id    INTEGER REFERENCES blob (id) ON DELETE SET NULL -- of a great message on its way
) STRICT;
-- How far each mailbox of a run is: all before "position" is stored, in the same transaction.
CREATE TABLE import_unit (
    run_id      INTEGER NOT NULL REFERENCES import_run (id) ON DELETE CASCADE,
    path        TEXT NOT NULL,               -- relative to the source; '' is the source itself
    fingerprint TEXT NOT NULL DEFAULT '',    -- size and time of a file: another one is begun anew
    position    TEXT NOT NULL DEFAULT '',    -- octets of an mbox, name of the last file of a folder
    done        INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (run_id, path)
) STRICT, WITHOUT ROWID;
CREATE TABLE import_problem (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    run_id   INTEGER NOT NULL REFERENCES import_run (id) ON DELETE CASCADE,
    path     TEXT NOT NULL,
    position INTEGER NOT NULL DEFAULT 0,
    reason   TEXT NOT NULL
) STRICT;
CREATE INDEX import_problem_run ON import_problem (run_id);

-- What was handed over to whom: a later seed for the same code holds the rest.
CREATE TABLE seed_given (
    code       TEXT NOT NULL,                -- public key, hex
    message_id INTEGER NOT NULL REFERENCES message (id) ON DELETE CASCADE,
    fullness   INTEGER NOT NULL,             -- state of the body and number of parts that are here
    PRIMARY KEY (code, message_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX seed_given_message ON seed_given (message_id);
