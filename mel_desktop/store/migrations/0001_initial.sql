-- Schema 1. Forward only, one transaction; a column never changes its meaning.
--
-- Own ids everywhere. message.id grows with the date (10-minute slots << 6 | sequence), so that
-- ORDER BY id DESC is newest first and full-text search may stop after the first page.
-- What the server last said (location) and what the teacher wants (want) are two tables; what the
-- screen shows (message.folder_id, message.marks) is kept equal to "said, then wanted" by store.mailbox.

CREATE TABLE meta (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE account (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    email         TEXT NOT NULL,
    name          TEXT NOT NULL DEFAULT '',
    login         TEXT NOT NULL,
    imap_host     TEXT NOT NULL,
    imap_port     INTEGER NOT NULL,
    imap_security TEXT NOT NULL CHECK (imap_security IN ('tls', 'starttls')),
    smtp_host     TEXT NOT NULL,
    smtp_port     INTEGER NOT NULL,
    smtp_security TEXT NOT NULL CHECK (smtp_security IN ('tls', 'starttls')),
    auth          TEXT NOT NULL DEFAULT 'password' CHECK (auth IN ('password', 'oauth2')),
    provider      TEXT NOT NULL DEFAULT '',
    ca_pem        TEXT NOT NULL DEFAULT '',
    proxy         TEXT NOT NULL DEFAULT '',
    state         TEXT NOT NULL DEFAULT 'ready' CHECK (state IN ('ready', 'on-hold', 'no-password')),
    last_sync_at  TEXT,
    created_at    TEXT NOT NULL
) STRICT;

-- Passwords and tokens live inside the vault, never beside it.
CREATE TABLE secret (
    owner TEXT NOT NULL,          -- 'account:1', 'directory:3'
    kind  TEXT NOT NULL,          -- 'password', 'refresh-token'
    value TEXT NOT NULL,
    PRIMARY KEY (owner, kind)
) STRICT, WITHOUT ROWID;

CREATE TABLE folder (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id    INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    path          TEXT NOT NULL,
    delimiter     TEXT NOT NULL DEFAULT '/',
    role          TEXT CHECK (role IN ('inbox', 'sent', 'drafts', 'trash', 'junk', 'archive')),
    selectable    INTEGER NOT NULL DEFAULT 1,
    on_server     INTEGER NOT NULL DEFAULT 1,  -- 0: made here, or gone there
    uidvalidity   INTEGER,
    uidnext       INTEGER,                     -- cursor: all below is known
    highestmodseq INTEGER,                     -- cursor: all changes up to here are applied
    backfill_uid  INTEGER,                     -- headers newest first: all UIDs >= this are stored
    complete      INTEGER NOT NULL DEFAULT 0,  -- all headers are here
    suspect_since TEXT,                        -- mass deletion seen, not believed yet
    total         INTEGER NOT NULL DEFAULT 0,  -- counters of what the screen shows (triggers below)
    unread        INTEGER NOT NULL DEFAULT 0,
    local_bodies  INTEGER NOT NULL DEFAULT 0,
    last_sync_at  TEXT,
    UNIQUE (account_id, path)
) STRICT;

CREATE TABLE message (
    id              INTEGER PRIMARY KEY,
    account_id      INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    folder_id       INTEGER NOT NULL REFERENCES folder (id) ON DELETE CASCADE, -- as the screen shows it
    hidden          INTEGER NOT NULL DEFAULT 0, -- wanted gone: not shown, kept until the server agrees
    marks           INTEGER NOT NULL DEFAULT 0, -- model.mail.Marks, as the screen shows it
    keywords        TEXT NOT NULL DEFAULT '',   -- sorted, space separated, as the screen shows it
    message_id      TEXT NOT NULL DEFAULT '',   -- without < >
    in_reply_to     TEXT NOT NULL DEFAULT '',
    refs            TEXT NOT NULL DEFAULT '',   -- space separated, oldest first
    thread_id       INTEGER NOT NULL,
    subject         TEXT NOT NULL DEFAULT '',
    from_name       TEXT NOT NULL DEFAULT '',
    from_address    TEXT NOT NULL DEFAULT '',
    recipients      TEXT NOT NULL DEFAULT '{}', -- JSON {"to": [[name, address]...], "cc", "bcc", "reply_to"}
    sent_at         TEXT,
    received_at     TEXT NOT NULL,
    size            INTEGER NOT NULL DEFAULT 0,
    has_attachments INTEGER NOT NULL DEFAULT 0,
    body            INTEGER NOT NULL DEFAULT 0, -- model.mail.BodyState
    preview         TEXT NOT NULL DEFAULT '',
    -- 0: has a location. 1: shown, but its UID is not known (moved without COPYUID, renumbered, folder
    -- gone). 2: gone from its folder, hidden, kept until a sync has looked whether it turns up elsewhere.
    unplaced        INTEGER NOT NULL DEFAULT 0,
    expected_id     INTEGER REFERENCES folder (id) ON DELETE SET NULL -- where it should turn up
) STRICT;
CREATE INDEX message_list ON message (folder_id, id DESC) WHERE hidden = 0;
CREATE INDEX message_unread ON message (folder_id, id DESC, marks) WHERE hidden = 0 AND marks & 1 = 0;
CREATE INDEX message_thread ON message (thread_id);
CREATE INDEX message_by_message_id ON message (account_id, message_id) WHERE message_id <> '';
CREATE INDEX message_bodiless ON message (folder_id, id DESC) WHERE body = 0;
CREATE INDEX message_unplaced ON message (account_id) WHERE unplaced <> 0;
CREATE INDEX message_expected ON message (expected_id) WHERE expected_id IS NOT NULL;

-- The counters of a folder are exact whoever writes a message: bodies, wishes and sync all do.
CREATE TRIGGER message_counted_in AFTER INSERT ON message WHEN new.hidden = 0 BEGIN
    UPDATE folder
       SET total = total + 1,
           unread = unread + (new.marks & 1 = 0),
           local_bodies = local_bodies + (new.body > 0)
     WHERE id = new.folder_id;
END;
CREATE TRIGGER message_counted_out AFTER DELETE ON message WHEN old.hidden = 0 BEGIN
    UPDATE folder
       SET total = total - 1,
           unread = unread - (old.marks & 1 = 0),
           local_bodies = local_bodies - (old.body > 0)
     WHERE id = old.folder_id;
END;
CREATE TRIGGER message_counted_again AFTER UPDATE OF folder_id, hidden, marks, body ON message
WHEN old.folder_id <> new.folder_id OR old.hidden <> new.hidden
  OR (old.marks & 1) <> (new.marks & 1) OR (old.body > 0) <> (new.body > 0)
BEGIN
    UPDATE folder
       SET total = total - 1,
           unread = unread - (old.marks & 1 = 0),
           local_bodies = local_bodies - (old.body > 0)
     WHERE id = old.folder_id AND old.hidden = 0;
    UPDATE folder
       SET total = total + 1,
           unread = unread + (new.marks & 1 = 0),
           local_bodies = local_bodies + (new.body > 0)
     WHERE id = new.folder_id AND new.hidden = 0;
END;

-- What the server last said of a message: where it lies and its flags there (the agreed base).
CREATE TABLE location (
    message_id  INTEGER PRIMARY KEY REFERENCES message (id) ON DELETE CASCADE,
    folder_id   INTEGER NOT NULL REFERENCES folder (id) ON DELETE CASCADE,
    uidvalidity INTEGER NOT NULL,
    uid         INTEGER NOT NULL,
    marks       INTEGER NOT NULL DEFAULT 0,
    keywords    TEXT NOT NULL DEFAULT '',
    modseq      INTEGER,
    UNIQUE (folder_id, uidvalidity, uid)
) STRICT;

-- What the teacher wants and the server does not have yet. The journal is a view of these rows.
CREATE TABLE want (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    message_id   INTEGER NOT NULL REFERENCES message (id) ON DELETE CASCADE,
    kind         TEXT NOT NULL CHECK (kind IN ('flag', 'unflag', 'move', 'delete', 'append')),
    value        TEXT NOT NULL DEFAULT '',     -- the flag: 'seen', 'flagged', a keyword
    folder_id    INTEGER REFERENCES folder (id) ON DELETE SET NULL, -- target of move and append
    state        TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'refused', 'unknown')),
    since        TEXT NOT NULL,
    attempts     INTEGER NOT NULL DEFAULT 0,
    next_attempt TEXT,
    reason       TEXT NOT NULL DEFAULT '',
    -- move without MOVE: NULL until COPY went through; then the copy's UID, 0 where it is not known
    copied_uid   INTEGER,
    UNIQUE (message_id, kind, value)
) STRICT;

-- Leaves of the message (BODYSTRUCTURE) and where their octets are, if they are here.
CREATE TABLE part (
    message_id  INTEGER NOT NULL REFERENCES message (id) ON DELETE CASCADE,
    number      TEXT NOT NULL,
    position    INTEGER NOT NULL,
    media_type  TEXT NOT NULL,
    charset     TEXT NOT NULL DEFAULT '',
    encoding    TEXT NOT NULL DEFAULT '',
    disposition TEXT NOT NULL DEFAULT '',
    filename    TEXT NOT NULL DEFAULT '',
    content_id  TEXT NOT NULL DEFAULT '',
    size        INTEGER NOT NULL DEFAULT 0, -- encoded octets, as the server stated them
    within      TEXT NOT NULL DEFAULT '',  -- model.mail.Part.within
    text_format TEXT NOT NULL DEFAULT '',  -- model.mail.Part.text_format
    fetched     INTEGER NOT NULL DEFAULT 0, -- encoded octets whose content is in the blob: where a cut resumes
    blob_id     INTEGER REFERENCES blob (id),
    PRIMARY KEY (message_id, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX part_blob ON part (blob_id) WHERE blob_id IS NOT NULL;

-- Readable text of a message, decoded: kept apart from the row that lists read. zstd.
CREATE TABLE body (
    message_id INTEGER PRIMARY KEY REFERENCES message (id) ON DELETE CASCADE,
    text       BLOB NOT NULL,      -- plain text, UTF-8
    html       BLOB,               -- as received, decoded, NOT sanitised: sanitised at each reading
    header     BLOB NOT NULL,      -- whole header block as received
    warnings   TEXT NOT NULL DEFAULT '[]', -- JSON [[code, detail]...] that reading the parts gave
    fetched_at TEXT
) STRICT;

-- Octets of attachments, drafts' files and outgoing messages: in chunks, so that 100 MB never stand
-- in memory; one copy by hash once complete.
CREATE TABLE blob (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    sha256   BLOB UNIQUE,          -- of the whole content; NULL while octets are still missing
    size     INTEGER NOT NULL DEFAULT 0, -- octets stored so far (content, before compression)
    complete INTEGER NOT NULL DEFAULT 0,
    created_at TEXT NOT NULL
) STRICT;
CREATE TABLE chunk (
    blob_id INTEGER NOT NULL REFERENCES blob (id) ON DELETE CASCADE,
    seq     INTEGER NOT NULL,
    z       BLOB NOT NULL,         -- zstd
    PRIMARY KEY (blob_id, seq)
) STRICT;

CREATE TABLE draft (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id    INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    state         TEXT NOT NULL DEFAULT 'editing' CHECK (state IN ('editing', 'queued', 'sent', 'deleted')),
    reply_to      INTEGER REFERENCES message (id) ON DELETE SET NULL,
    forward       INTEGER REFERENCES message (id) ON DELETE SET NULL,
    revision      INTEGER NOT NULL DEFAULT 0,
    created_at    TEXT NOT NULL,
    saved_at      TEXT NOT NULL
) STRICT;
CREATE TABLE draft_revision (
    draft_id    INTEGER NOT NULL REFERENCES draft (id) ON DELETE CASCADE,
    revision    INTEGER NOT NULL,
    saved_at    TEXT NOT NULL,
    subject     TEXT NOT NULL,
    content     BLOB NOT NULL,     -- JSON of DraftContent, zstd
    attachments TEXT NOT NULL DEFAULT '[]', -- ids of draft_attachment, JSON
    PRIMARY KEY (draft_id, revision)
) STRICT;
CREATE TABLE draft_attachment (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    draft_id   INTEGER NOT NULL REFERENCES draft (id) ON DELETE CASCADE,
    filename   TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size       INTEGER NOT NULL,
    blob_id    INTEGER NOT NULL REFERENCES blob (id)
) STRICT;

-- Final bytes and Message-ID are fixed when a row is made and never change.
CREATE TABLE outbox (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id   INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    draft_id     INTEGER REFERENCES draft (id) ON DELETE SET NULL,
    message_id   TEXT NOT NULL UNIQUE,
    subject      TEXT NOT NULL,
    sender       TEXT NOT NULL,            -- envelope
    recipients   TEXT NOT NULL,            -- envelope, JSON list; Bcc only here
    refused      TEXT NOT NULL DEFAULT '[]', -- JSON [[address, reply]...] of a partial acceptance
    taken        TEXT NOT NULL DEFAULT '[]', -- JSON list: recipients for whom it was accepted already
    blob_id      INTEGER NOT NULL REFERENCES blob (id),
    size         INTEGER NOT NULL,
    state        TEXT NOT NULL CHECK (state IN ('queued', 'held', 'sending', 'accepted', 'filed', 'failed', 'unknown')),
    not_before   TEXT,
    since        TEXT NOT NULL,
    attempts     INTEGER NOT NULL DEFAULT 0,
    next_attempt TEXT,
    reason       TEXT NOT NULL DEFAULT '',
    detail       TEXT NOT NULL DEFAULT '',
    handed_over  INTEGER NOT NULL DEFAULT 0, -- 1: the final dot may have left; before, nothing was sent
    checked_at   TEXT,                     -- unknown: when Sent was last searched for the Message-ID
    accepted_at  TEXT,
    filed_message INTEGER REFERENCES message (id) ON DELETE SET NULL -- the copy in Sent
) STRICT;
CREATE INDEX outbox_open ON outbox (state, id) WHERE state NOT IN ('filed');

-- A source is read anew into new rows while its old copy stays whole: an entry is shown while
-- since <= source.generation <= seen. One small transaction moves source.generation on.
CREATE TABLE source (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    kind        TEXT NOT NULL,
    name        TEXT NOT NULL,
    url         TEXT NOT NULL DEFAULT '',
    settings    TEXT NOT NULL DEFAULT '{}', -- JSON; secrets are in secret
    attribution TEXT NOT NULL DEFAULT '',
    updated_at  TEXT,
    count       INTEGER NOT NULL DEFAULT 0,
    complete    INTEGER NOT NULL DEFAULT 0,
    generation  INTEGER NOT NULL DEFAULT 0, -- the copy that is shown
    importing   INTEGER NOT NULL DEFAULT 0, -- the newest one begun; higher: on its way, or broken off
    settled     INTEGER NOT NULL DEFAULT 1, -- no row of another copy is left
    UNIQUE (kind, name)
) STRICT;
CREATE TABLE entry (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    source_id INTEGER NOT NULL REFERENCES source (id) ON DELETE CASCADE,
    key       TEXT NOT NULL,
    kind      TEXT NOT NULL CHECK (kind IN ('person', 'group', 'school', 'service')),
    name      TEXT NOT NULL,
    email     TEXT NOT NULL DEFAULT '',
    role      TEXT NOT NULL DEFAULT '',
    school    TEXT NOT NULL DEFAULT '',
    uai       TEXT NOT NULL DEFAULT '',
    classes   TEXT NOT NULL DEFAULT '[]',  -- JSON list
    town      TEXT NOT NULL DEFAULT '',
    phone     TEXT NOT NULL DEFAULT '',
    since     INTEGER NOT NULL DEFAULT 0,  -- number of the import that made this row
    seen      INTEGER NOT NULL DEFAULT 0,  -- number of the import that saw it last
    UNIQUE (source_id, key, since)
) STRICT;
CREATE INDEX entry_email ON entry (email COLLATE NOCASE) WHERE email <> '';
CREATE INDEX entry_group ON entry (source_id, name) WHERE kind = 'group';
CREATE TABLE membership (
    group_id  INTEGER NOT NULL REFERENCES entry (id) ON DELETE CASCADE,
    member_id INTEGER NOT NULL REFERENCES entry (id) ON DELETE CASCADE,
    role      TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (group_id, member_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX membership_member ON membership (member_id);
-- Memberships of an import on its way, by keys: groups and members come in any order.
CREATE TABLE staged_member (
    source_id  INTEGER NOT NULL REFERENCES source (id) ON DELETE CASCADE,
    group_key  TEXT NOT NULL,
    member_key TEXT NOT NULL,              -- ends with a comma: the first part of a DN
    role       TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (source_id, group_key, member_key)
) STRICT, WITHOUT ROWID;
-- Addresses written to, for completion: recent correspondents first.
CREATE TABLE correspondent (
    address TEXT PRIMARY KEY,
    name    TEXT NOT NULL DEFAULT '',
    times   INTEGER NOT NULL DEFAULT 1,
    last_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX correspondent_recent ON correspondent (last_at DESC);

CREATE VIRTUAL TABLE message_fts USING fts5 (
    subject, sender, recipients, body,
    content='', contentless_delete=1, detail=full,
    tokenize='unicode61 remove_diacritics 2', prefix='2 3'
);
CREATE VIRTUAL TABLE entry_fts USING fts5 (
    name, email, role, school, classes, town, uai,
    facets, -- kindperson kindgroup kindschool kindservice withmail: conditions answered by the index
    content='', contentless_delete=1, detail=full,
    tokenize='unicode61 remove_diacritics 2', prefix='1 2 3'
);
