-- Schema 5: writing and sending that cannot go wrong.

-- == letter: pictures within the text ==
ALTER TABLE draft_attachment ADD COLUMN content_id TEXT NOT NULL DEFAULT ''; -- without < >

-- == spelling and drafts ==

-- == identities, signatures, templates, mail merge ==

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
