-- Schema 6: letters that go on elsewhere, and accounts under IT's hand.

-- == outbox ==
ALTER TABLE outbox ADD COLUMN search_trouble TEXT NOT NULL DEFAULT ''; -- unknown: why Sent could not be searched, a code
ALTER TABLE outbox ADD COLUMN left_out TEXT NOT NULL DEFAULT '[]'; -- JSON list: recipients whom a person let be
ALTER TABLE outbox ADD COLUMN at_once INTEGER NOT NULL DEFAULT 0; -- 1: a person wants it to go on any line

-- == rules ==
-- Rules and the absence message of an account, as the teacher wants them, and what is known of the
-- server that takes them (ManageSieve).
CREATE TABLE rule_book (
    account_id     INTEGER PRIMARY KEY REFERENCES account (id) ON DELETE CASCADE,
    notes          TEXT NOT NULL DEFAULT '',  -- JSON of logic.rule_notes; '': nothing was ever saved
    edition        INTEGER NOT NULL DEFAULT 0, -- grows with each edit
    uploaded       INTEGER NOT NULL DEFAULT 0, -- the edition that the server has; lower: one waits
    agreed         TEXT NOT NULL DEFAULT '',  -- SHA-256 of our script as the server was last seen to have it
    consent        TEXT NOT NULL DEFAULT 'none' CHECK (consent IN ('none', 'beside', 'instead', 'theirs')),
    host           TEXT NOT NULL DEFAULT '',  -- '': the host of IMAP
    port           INTEGER NOT NULL DEFAULT 0, -- 0: 4190
    offered        TEXT NOT NULL DEFAULT 'unknown' CHECK (offered IN ('unknown', 'yes', 'no')),
    extensions     TEXT NOT NULL DEFAULT '',  -- of Sieve, space separated
    asked_at       TEXT,                      -- when the server was last asked
    active         TEXT NOT NULL DEFAULT '',  -- name of the script that runs there
    foreign_name   TEXT NOT NULL DEFAULT '',  -- the script of another program
    foreign_text   TEXT NOT NULL DEFAULT '',
    is_conflict    INTEGER NOT NULL DEFAULT 0, -- 1: changed here and there
    theirs         TEXT NOT NULL DEFAULT '',  -- of a conflict: our script as the server has it
    choice         TEXT NOT NULL DEFAULT '',  -- what a person decided of a conflict: 'mine', 'theirs'
    trouble        TEXT NOT NULL DEFAULT '',  -- code of the last trouble
    said           TEXT NOT NULL DEFAULT '',  -- what the server said of it
    -- Local rules are for what comes after: UIDs of the inbox up to here were looked at.
    inbox_validity INTEGER,
    inbox_uid      INTEGER NOT NULL DEFAULT 0,
    newest_at      TEXT
) STRICT;

-- Scripts of the server as they were before this program changed anything.
CREATE TABLE script_copy (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    name       TEXT NOT NULL,
    text       TEXT NOT NULL,
    taken_at   TEXT NOT NULL
) STRICT;
CREATE INDEX script_copy_account ON script_copy (account_id, id);

-- Messages that local rules were tried on: each once, and what was done can be taken back.
CREATE TABLE rule_run (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    message_id INTEGER NOT NULL UNIQUE REFERENCES message (id) ON DELETE CASCADE,
    state      TEXT NOT NULL CHECK (state IN ('waiting', 'done', 'undone')), -- waiting: for its text
    at         TEXT NOT NULL,
    fired      TEXT NOT NULL DEFAULT '[]',  -- JSON list: names of rules
    flags      TEXT NOT NULL DEFAULT '[]',  -- JSON list: those that it did not have before
    source_id  INTEGER REFERENCES folder (id) ON DELETE SET NULL,
    target_id  INTEGER REFERENCES folder (id) ON DELETE SET NULL
) STRICT;
CREATE INDEX rule_run_account ON rule_run (account_id, id);
