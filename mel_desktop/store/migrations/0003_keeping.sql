-- Schema 3: search in attachments, saved searches; retention, quota and messages kept on this PC only;
-- folders of this PC, imports and seeds; dictionaries of packed texts.

-- == Search ======================================================================================

DROP TABLE message_fts;
CREATE VIRTUAL TABLE message_fts USING fts5 (
    subject, sender, recipients, body,
    files,  -- names of attachments, and the text that was taken out of them
    content='', contentless_delete=1, detail=full,
    tokenize='unicode61 remove_diacritics 2', prefix='2 3'
);
INSERT INTO message_fts (message_fts, rank) VALUES ('deletemerge', 60);
INSERT INTO message_fts (message_fts, rank) VALUES ('automerge', 8);
INSERT INTO message_fts (message_fts, rank) VALUES ('hashsize', 4194304);
-- Messages up to this id are still to be indexed, newest first; no row: all of them are.
INSERT INTO meta (name, value) SELECT 'index.below', max(id) + 1 FROM message HAVING count(*) > 0;

-- Text of attachments, by content: the same file in ten messages is read once.
CREATE TABLE attachment_text (
    blob_id   INTEGER PRIMARY KEY REFERENCES blob (id) ON DELETE CASCADE,
    state     TEXT NOT NULL CHECK (state IN ('done', 'nothing', 'failed', 'too-large')),
    text      BLOB,               -- UTF-8, zstd; NULL unless done
    extractor INTEGER NOT NULL,   -- version: a better one may try again
    at        TEXT NOT NULL
) STRICT;

CREATE TABLE saved_search (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    name       TEXT NOT NULL UNIQUE,
    query      TEXT NOT NULL,
    created_at TEXT NOT NULL
) STRICT;

-- == Storage =====================================================================================

-- folder_id NULL: of the whole account. Days; 0: for ever.
CREATE TABLE retention (
    account_id      INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    folder_id       INTEGER REFERENCES folder (id) ON DELETE CASCADE,
    text_days       INTEGER NOT NULL DEFAULT 0,
    attachment_days INTEGER NOT NULL DEFAULT 0,
    spare_flagged   INTEGER NOT NULL DEFAULT 1,
    since           TEXT NOT NULL -- what came later although too old was opened by a person
) STRICT;
CREATE UNIQUE INDEX retention_of ON retention (account_id, coalesce(folder_id, 0));

-- Contents that were let go here on purpose: a sync does not bring them again, opening does.
CREATE TABLE shed (
    message_id INTEGER PRIMARY KEY REFERENCES message (id) ON DELETE CASCADE,
    texts      INTEGER NOT NULL DEFAULT 0,
    files      INTEGER NOT NULL DEFAULT 0,
    by_hand    INTEGER NOT NULL DEFAULT 0, -- 0: by age; forgotten when the rules are changed
    at         TEXT NOT NULL
) STRICT;

-- What the server last said of its quota (RFC 9208), in octets or messages.
CREATE TABLE quota (
    account_id INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    root       TEXT NOT NULL,
    resource   TEXT NOT NULL,
    used       INTEGER NOT NULL,
    most       INTEGER NOT NULL,
    as_of      TEXT NOT NULL,
    PRIMARY KEY (account_id, root, resource)
) STRICT, WITHOUT ROWID;
ALTER TABLE account ADD COLUMN quota_at TEXT; -- when it was last asked; NULL: never, or it is to be asked soon

-- "Keep here, remove there". A row is made when it is asked for; from "removing" on the octets of
-- part '' are verified against the server's, and nothing but a person's word deletes the message.
CREATE TABLE kept_here (
    message_id  INTEGER PRIMARY KEY REFERENCES message (id) ON DELETE CASCADE,
    state       TEXT NOT NULL CHECK (state IN ('wanted', 'removing', 'kept', 'returning')),
    since       TEXT NOT NULL,
    sha256      BLOB,                    -- of the whole message as the server gave it
    size        INTEGER NOT NULL DEFAULT 0,
    verified_at TEXT,
    attempts    INTEGER NOT NULL DEFAULT 0,
    refused     INTEGER NOT NULL DEFAULT 0, -- 1: not tried again before a person says so
    reason      TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE TRIGGER kept_here_stays BEFORE DELETE ON message
WHEN EXISTS (SELECT 1 FROM kept_here WHERE message_id = old.id AND state <> 'wanted')
BEGIN
    SELECT RAISE(ABORT, 'the only copy of a message is never dropped');
END;

-- == Imports, folders of this PC, seeds ==========================================================

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

-- == Texts =======================================================================================

CREATE TABLE dictionary (
    id     INTEGER PRIMARY KEY,  -- as in the frame
    octets BLOB NOT NULL         -- zstd dictionary; never changed, never deleted
) STRICT;
