-- Schema 4: how long texts and attachments stay here, quota, messages that are kept on this PC only.

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
