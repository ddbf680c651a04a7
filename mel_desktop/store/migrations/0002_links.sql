-- Schema 2: lines and budgets, wishes about folders, copies of drafts on the server, OBJECTID.

ALTER TABLE account ADD COLUMN hints TEXT NOT NULL DEFAULT '{}'; -- JSON: ports.Hints of the last sign-in
ALTER TABLE account ADD COLUMN link TEXT NOT NULL DEFAULT '{}';  -- JSON: model.links.LinkSettings

-- Octets on the wire by day (the PC's local date, as a teacher counts days), TLS included: the budget.
CREATE TABLE traffic (
    account_id INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    day        TEXT NOT NULL,
    received   INTEGER NOT NULL DEFAULT 0,
    sent       INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (account_id, day)
) STRICT, WITHOUT ROWID;

ALTER TABLE folder ADD COLUMN subscribed INTEGER NOT NULL DEFAULT 1;
ALTER TABLE folder ADD COLUMN namespace TEXT NOT NULL DEFAULT 'personal'; -- ports.Namespace
ALTER TABLE folder ADD COLUMN mailbox_id TEXT NOT NULL DEFAULT '';        -- RFC 8474
ALTER TABLE folder ADD COLUMN suspect_count INTEGER NOT NULL DEFAULT 0;   -- messages the brake holds
ALTER TABLE folder ADD COLUMN accepted INTEGER NOT NULL DEFAULT 0;        -- 1: a person let the brake go

ALTER TABLE message ADD COLUMN email_id TEXT NOT NULL DEFAULT '';         -- RFC 8474
CREATE INDEX message_by_email_id ON message (account_id, email_id) WHERE email_id <> '';

-- A wish may also be a copy; "detail" is what a conflict or a failure needs told (JSON).
CREATE TABLE want_2 (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    message_id   INTEGER NOT NULL REFERENCES message (id) ON DELETE CASCADE,
    kind         TEXT NOT NULL CHECK (kind IN ('flag', 'unflag', 'move', 'copy', 'delete', 'append')),
    value        TEXT NOT NULL DEFAULT '',     -- the flag: 'seen', 'flagged', a keyword; of a copy its target's id
    folder_id    INTEGER REFERENCES folder (id) ON DELETE SET NULL, -- target of move, copy and append
    state        TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'refused', 'unknown')),
    since        TEXT NOT NULL,
    attempts     INTEGER NOT NULL DEFAULT 0,
    next_attempt TEXT,
    reason       TEXT NOT NULL DEFAULT '',
    -- move without MOVE: NULL until COPY went through; then the copy's UID, 0 where it is not known
    copied_uid   INTEGER,
    detail       TEXT NOT NULL DEFAULT '{}',
    UNIQUE (message_id, kind, value)
) STRICT;
INSERT INTO want_2 (id, message_id, kind, value, folder_id, state, since, attempts, next_attempt,
                    reason, copied_uid)
SELECT id, message_id, kind, value, folder_id, state, since, attempts, next_attempt, reason,
       copied_uid
  FROM want;
-- ids are never given twice: the answer to an operation for an older want cannot settle a newer one
DELETE FROM sqlite_sequence WHERE name = 'want_2';
INSERT INTO sqlite_sequence (name, seq)
SELECT 'want_2', seq FROM sqlite_sequence WHERE name = 'want';
DROP TABLE want;
ALTER TABLE want_2 RENAME TO want;

-- What the teacher wants of folders; the journal shows these rows beside those of want.
CREATE TABLE folder_want (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id   INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    folder_id    INTEGER REFERENCES folder (id) ON DELETE SET NULL,
    kind         TEXT NOT NULL CHECK (kind IN ('create', 'rename', 'delete', 'subscribe', 'unsubscribe')),
    path         TEXT NOT NULL,                -- the folder's path when the wish was made
    target       TEXT NOT NULL DEFAULT '',     -- new path of a rename
    state        TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'refused', 'unknown')),
    since        TEXT NOT NULL,
    attempts     INTEGER NOT NULL DEFAULT 0,
    next_attempt TEXT,
    reason       TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX folder_want_account ON folder_want (account_id, id);

-- The one copy of a draft in the server's Drafts folder, replaced safely by the next one.
CREATE TABLE draft_copy (
    draft_id    INTEGER PRIMARY KEY REFERENCES draft (id) ON DELETE CASCADE,
    revision    INTEGER NOT NULL DEFAULT 0,    -- the revision that the server has; 0: none yet
    message_id  TEXT NOT NULL DEFAULT '',      -- Message-ID of that copy
    pending_id  TEXT NOT NULL DEFAULT '',      -- Message-ID of the APPEND on its way; '' when none is
    pending_revision INTEGER NOT NULL DEFAULT 0,
    folder_id   INTEGER REFERENCES folder (id) ON DELETE SET NULL,
    uidvalidity INTEGER,
    uid         INTEGER,
    state       TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'agreed', 'conflict', 'refused')),
    reason      TEXT NOT NULL DEFAULT '',
    size        INTEGER NOT NULL DEFAULT 0,    -- octets of that copy, as it was sent
    rival       TEXT NOT NULL DEFAULT ''       -- conflict: Message-ID of what another client made of it
) STRICT;

-- A sync indexes a message twice: its row, then its text. At the default (10 % of a segment
-- deleted) the index would be rewritten again and again meanwhile.
INSERT INTO message_fts (message_fts, rank) VALUES ('deletemerge', 60);
INSERT INTO message_fts (message_fts, rank) VALUES ('automerge', 8);
INSERT INTO message_fts (message_fts, rank) VALUES ('hashsize', 4194304);
