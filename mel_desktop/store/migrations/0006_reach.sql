-- Schema 6: letters that go on elsewhere, and accounts under IT's hand.

-- == outbox ==
ALTER TABLE outbox ADD COLUMN search_trouble TEXT NOT NULL DEFAULT ''; -- unknown: why Sent could not be searched, a code
ALTER TABLE outbox ADD COLUMN left_out TEXT NOT NULL DEFAULT '[]'; -- JSON list: recipients whom a person let be
ALTER TABLE outbox ADD COLUMN at_once INTEGER NOT NULL DEFAULT 0; -- 1: a person wants it to go on any line
-- == merge ==
-- Where copies of what a functional box sent are filed: a path on the server; '': the account's Sent.
ALTER TABLE identity ADD COLUMN sent_folder TEXT NOT NULL DEFAULT '';
CREATE TABLE own_group (                      -- of recipients, made by the person
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    name     TEXT NOT NULL UNIQUE COLLATE NOCASE,
    saved_at TEXT NOT NULL
) STRICT;
CREATE TABLE own_group_member (
    group_id INTEGER NOT NULL REFERENCES own_group (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    address  TEXT NOT NULL COLLATE NOCASE,
    name     TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (group_id, address)
) STRICT, WITHOUT ROWID;
-- == confirmations of delivery ==
ALTER TABLE outbox ADD COLUMN confirm INTEGER NOT NULL DEFAULT 0; -- 1: reports of success are wanted (RFC 3461)
-- A server that took a message and reports no more of it is an outcome of its own (RFC 3464 2.3.3).
CREATE TABLE delivery_6 (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    message_id TEXT NOT NULL,              -- of the message that was sent, without < >
    recipient  TEXT NOT NULL,              -- lower case
    outcome    TEXT NOT NULL CHECK (outcome IN ('failed', 'delayed', 'delivered', 'relayed')),
    status     TEXT NOT NULL DEFAULT '',   -- RFC 3463
    said       TEXT NOT NULL DEFAULT '',
    at         TEXT NOT NULL,
    report_id  INTEGER REFERENCES message (id) ON DELETE SET NULL,
    UNIQUE (account_id, message_id, recipient)
) STRICT;
INSERT INTO delivery_6 (id, account_id, message_id, recipient, outcome, status, said, at, report_id)
    SELECT id, account_id, message_id, recipient, outcome, status, said, at, report_id FROM delivery;
DROP TABLE delivery;
ALTER TABLE delivery_6 RENAME TO delivery;
-- == drafts of other programs ==
-- 1: another program wrote this copy; it is replaced by way of the trash, never destroyed.
ALTER TABLE draft_copy ADD COLUMN is_foreign INTEGER NOT NULL DEFAULT 0 CHECK (is_foreign IN (0, 1));

-- What a draft of another program answers, whether or not that message is here.
CREATE TABLE draft_thread (
    draft_id    INTEGER PRIMARY KEY REFERENCES draft (id) ON DELETE CASCADE,
    in_reply_to TEXT NOT NULL,                 -- Message-ID without < >, or ''
    refs        TEXT NOT NULL                  -- Message-IDs, a space between
) STRICT;

-- == photos made smaller ==
-- The file in whose place this one stands; it goes with the last revision that lists it.
ALTER TABLE draft_attachment ADD COLUMN original_id INTEGER REFERENCES draft_attachment (id) ON DELETE SET NULL;
CREATE INDEX draft_attachment_original ON draft_attachment (original_id) WHERE original_id IS NOT NULL;

-- == sign-in ==
-- Where an account's grant comes from (OAuth 2.0). Tokens are rows of secret, as passwords are.
CREATE TABLE grant_source (
    account_id        INTEGER PRIMARY KEY REFERENCES account (id) ON DELETE CASCADE,
    provider          TEXT NOT NULL DEFAULT '', -- id in the table of providers or of the policy
    name              TEXT NOT NULL DEFAULT '',
    issuer            TEXT NOT NULL DEFAULT '',
    client_id         TEXT NOT NULL,
    scopes            TEXT NOT NULL DEFAULT '', -- separated by blanks
    authorization_uri TEXT NOT NULL DEFAULT '',
    token_uri         TEXT NOT NULL,
    device_uri        TEXT NOT NULL DEFAULT '',
    revocation_uri    TEXT NOT NULL DEFAULT '',
    names_itself      INTEGER NOT NULL DEFAULT 0, -- 1: answers carry iss (RFC 9207)
    expires_at        TEXT -- of the access token; NULL: not told
) STRICT;
-- How a password was taken by a server that offers SCRAM: what worked is kept to.
CREATE TABLE sign_in_way (
    host  TEXT NOT NULL,
    port  INTEGER NOT NULL,
    login TEXT NOT NULL,
    way   TEXT NOT NULL, -- scram, plain, scram-refused
    PRIMARY KEY (host, port, login)
) STRICT, WITHOUT ROWID;
-- Accounts that signed in before there was SCRAM did so by PLAIN or LOGIN.
INSERT OR IGNORE INTO sign_in_way SELECT imap_host, imap_port, login, 'plain' FROM account WHERE hints <> '{}';
INSERT OR IGNORE INTO sign_in_way SELECT smtp_host, smtp_port, login, 'plain' FROM account WHERE hints <> '{}';
-- == migration ==
-- 1: the old side of an account that moved. It is read; nothing is changed there, nothing leaves from it.
ALTER TABLE account ADD COLUMN read_only INTEGER NOT NULL DEFAULT 0;
CREATE TABLE account_move (                   -- the assistant's plan, and how far it is
    account_id     INTEGER PRIMARY KEY REFERENCES account (id) ON DELETE CASCADE,
    old_account_id INTEGER REFERENCES account (id) ON DELETE SET NULL, -- the old host, kept read-only
    stage          TEXT NOT NULL CHECK (stage IN ('planned', 'moved', 'done')),
    hosts          TEXT NOT NULL,             -- JSON: the new servers, address and login
    folders        TEXT NOT NULL DEFAULT '[]', -- JSON [[old path, new path, why, role, messages here, there], ...]
    notes          TEXT NOT NULL DEFAULT '',  -- filters of the old webmail, as the teacher noted them
    keep_signature INTEGER NOT NULL DEFAULT 1,
    begun_at       TEXT NOT NULL,
    moved_at       TEXT,
    ended_at       TEXT
) STRICT;
-- Messages of an account that moved which its new host has not listed yet: they stay, whatever it lists.
CREATE TABLE left_behind (
    message_id INTEGER PRIMARY KEY REFERENCES message (id) ON DELETE CASCADE
) STRICT;
-- Found on the new host, or carried up: like any other from here on, and never carried up again.
CREATE TRIGGER left_behind_found AFTER INSERT ON location
WHEN EXISTS (SELECT 1 FROM left_behind WHERE message_id = new.message_id)
BEGIN
    DELETE FROM want WHERE message_id = new.message_id AND kind = 'append';
    UPDATE message SET unplaced = 0, expected_id = NULL WHERE id = new.message_id AND unplaced <> 0;
    DELETE FROM left_behind WHERE message_id = new.message_id;
END;
-- The brake: whatever the program does, nothing is wanted of the old host.
CREATE TRIGGER want_never_read_only BEFORE INSERT ON want
WHEN EXISTS (SELECT 1 FROM message AS m JOIN account AS a ON a.id = m.account_id
              WHERE m.id = new.message_id AND a.read_only = 1)
BEGIN
    SELECT RAISE(ABORT, 'an account that is kept read-only is not changed');
END;
CREATE TRIGGER folder_want_never_read_only BEFORE INSERT ON folder_want
WHEN EXISTS (SELECT 1 FROM account WHERE id = new.account_id AND read_only = 1)
BEGIN
    SELECT RAISE(ABORT, 'an account that is kept read-only is not changed');
END;
CREATE TRIGGER draft_never_read_only BEFORE INSERT ON draft
WHEN EXISTS (SELECT 1 FROM account WHERE id = new.account_id AND read_only = 1)
BEGIN
    SELECT RAISE(ABORT, 'an account that is kept read-only is not changed');
END;
CREATE TRIGGER outbox_never_read_only BEFORE INSERT ON outbox
WHEN EXISTS (SELECT 1 FROM account WHERE id = new.account_id AND read_only = 1)
BEGIN
    SELECT RAISE(ABORT, 'nothing is sent from an account that is kept read-only');
END;

-- == networks ==
CREATE TABLE certificate_seen ( -- what servers showed when all was well
    host    TEXT NOT NULL,
    port    INTEGER NOT NULL,
    der     BLOB NOT NULL,
    seen_at TEXT NOT NULL,
    PRIMARY KEY (host, port)
) STRICT;
CREATE TABLE imap_way ( -- the port that was open when the account's own was not
    account_id INTEGER PRIMARY KEY REFERENCES account (id) ON DELETE CASCADE,
    own_way    TEXT NOT NULL,
    way        TEXT NOT NULL
) STRICT;
-- == rules ==
-- Rules and the absence message of an account, as the teacher wants them, and what is known of the
-- server that takes them (ManageSieve).
CREATE TABLE rule_book (
    account_id     INTEGER PRIMARY KEY REFERENCES account (id) ON DELETE CASCADE,
    notes          TEXT NOT NULL DEFAULT '',  -- JSON of logic.rule_notes; '': nothing was ever saved
    places         TEXT NOT NULL DEFAULT '{}', -- JSON: paths that rules name, and the ids of these folders
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
