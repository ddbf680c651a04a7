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
