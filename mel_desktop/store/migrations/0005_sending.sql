-- Schema 5: writing and sending that cannot go wrong.

-- == letter: pictures within the text ==
ALTER TABLE draft_attachment ADD COLUMN content_id TEXT NOT NULL DEFAULT ''; -- without < >

-- == spelling and drafts ==

-- == identities, signatures, templates, mail merge ==
CREATE TABLE identity (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id     INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    kind           TEXT NOT NULL CHECK (kind IN ('own', 'alias', 'box')),
    name           TEXT NOT NULL DEFAULT '',  -- own: '' is the account's
    address        TEXT NOT NULL COLLATE NOCASE, -- own: '', it is the account's
    reply_to       TEXT NOT NULL DEFAULT '',
    organisation   TEXT NOT NULL DEFAULT '',
    envelope       TEXT NOT NULL DEFAULT 'identity' CHECK (envelope IN ('identity', 'account')),
    signature_text TEXT NOT NULL DEFAULT '',
    signature_html TEXT NOT NULL DEFAULT '',  -- '': the text is used
    is_default     INTEGER NOT NULL DEFAULT 0,
    UNIQUE (account_id, address)
) STRICT;
CREATE TABLE template (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    name     TEXT NOT NULL UNIQUE COLLATE NOCASE,
    title    TEXT NOT NULL,
    language TEXT NOT NULL DEFAULT 'fr',
    subject  TEXT NOT NULL DEFAULT '',
    text     TEXT NOT NULL DEFAULT '',
    html     TEXT NOT NULL DEFAULT '',        -- sanitised at each reading
    saved_at TEXT NOT NULL
) STRICT;
CREATE TABLE merge (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    draft_id   INTEGER NOT NULL REFERENCES draft (id) ON DELETE CASCADE, -- with the fields in it
    subject    TEXT NOT NULL,
    left_out   TEXT NOT NULL DEFAULT '[]',     -- JSON [[who, why]...]: never to be written to
    state      TEXT NOT NULL DEFAULT 'running' CHECK (state IN ('running', 'paused', 'cancelled', 'done')),
    created_at TEXT NOT NULL,
    since      TEXT NOT NULL
) STRICT;
CREATE TABLE merge_item (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    merge_id   INTEGER NOT NULL REFERENCES merge (id) ON DELETE CASCADE,
    position   INTEGER NOT NULL,
    who        TEXT NOT NULL,
    recipients TEXT NOT NULL,                  -- JSON [[name, address]...]: those of its To
    fields     TEXT NOT NULL DEFAULT '{}',     -- JSON
    message_id TEXT NOT NULL UNIQUE,           -- fixed here: outbox.message_id is unique too
    -- waiting: no row of the outbox yet. queued: it has one. The others: what became of that row.
    state      TEXT NOT NULL DEFAULT 'waiting'
               CHECK (state IN ('waiting', 'queued', 'sent', 'taken_back', 'cancelled', 'refused')),
    outbox_id  INTEGER UNIQUE REFERENCES outbox (id) ON DELETE SET NULL,
    reason     TEXT NOT NULL DEFAULT '',
    detail     TEXT NOT NULL DEFAULT '',
    UNIQUE (merge_id, position)
) STRICT;
CREATE INDEX merge_item_waiting ON merge_item (merge_id, position) WHERE state = 'waiting';
-- A row leaves the outbox when it was taken back, or long after it was filed.
CREATE TRIGGER merge_item_settled BEFORE DELETE ON outbox BEGIN
    UPDATE merge_item
       SET state = CASE WHEN old.state = 'filed' THEN 'sent' ELSE 'taken_back' END,
           reason = old.reason, detail = old.detail
     WHERE outbox_id = old.id AND state = 'queued';
END;

-- == checks before it leaves ==
-- The largest message that an account's server takes, as it last said (RFC 1870). 0: no limit.
CREATE TABLE account_size (
    account_id INTEGER PRIMARY KEY REFERENCES account (id) ON DELETE CASCADE,
    octets     INTEGER NOT NULL
) STRICT;

-- == outbox and submission ==

-- == pacing, send later, answers awaited ==
-- What left, by account: recipients handed over and when. Kept for the longest window of a limit.
CREATE TABLE sent_log (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    at         TEXT NOT NULL,
    recipients INTEGER NOT NULL
) STRICT;
CREATE INDEX sent_log_by_time ON sent_log (account_id, at);
ALTER TABLE outbox ADD COLUMN tried TEXT NOT NULL DEFAULT '[]'; -- JSON list: recipients of the last hand-over

-- The zone of the school holidays that a person chose, where the address does not tell.
CREATE TABLE account_zone (
    account_id INTEGER PRIMARY KEY REFERENCES account (id) ON DELETE CASCADE,
    zone       TEXT NOT NULL
) STRICT;

-- What came back of a message that was sent from here, recipient by recipient.
CREATE TABLE delivery (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    message_id TEXT NOT NULL,              -- of the message that was sent, without < >
    recipient  TEXT NOT NULL,              -- lower case
    outcome    TEXT NOT NULL CHECK (outcome IN ('failed', 'delayed', 'delivered')),
    status     TEXT NOT NULL DEFAULT '',   -- RFC 3463
    said       TEXT NOT NULL DEFAULT '',
    at         TEXT NOT NULL,
    report_id  INTEGER REFERENCES message (id) ON DELETE SET NULL,
    UNIQUE (account_id, message_id, recipient)
) STRICT;
-- Messages that may be such reports and were looked at.
CREATE TABLE report_seen (
    message_id INTEGER PRIMARY KEY REFERENCES message (id) ON DELETE CASCADE
) STRICT;

-- Answers that are waited for.
CREATE TABLE followup (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    draft_id   INTEGER REFERENCES draft (id) ON DELETE SET NULL, -- of a message not queued yet
    message_id TEXT NOT NULL DEFAULT '',   -- of the message, once it is queued
    subject    TEXT NOT NULL DEFAULT '',
    people     TEXT NOT NULL DEFAULT '[]', -- JSON list of addresses
    sent_at    TEXT NOT NULL,
    due_at     TEXT NOT NULL,
    state      TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'answered', 'dismissed')),
    told       INTEGER NOT NULL DEFAULT 0  -- 1: the window said that it is due
) STRICT;
CREATE INDEX followup_message ON followup (account_id, message_id);
-- Questions to oneself that a person does not want to be reminded of.
CREATE TABLE question_dismissed (
    message_id INTEGER PRIMARY KEY REFERENCES message (id) ON DELETE CASCADE
) STRICT;
