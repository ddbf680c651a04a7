-- Schema 6: letters that go on elsewhere, and accounts under IT's hand.

-- == outbox ==
ALTER TABLE outbox ADD COLUMN search_trouble TEXT NOT NULL DEFAULT ''; -- unknown: why Sent could not be searched, a code
ALTER TABLE outbox ADD COLUMN left_out TEXT NOT NULL DEFAULT '[]'; -- JSON list: recipients whom a person let be
ALTER TABLE outbox ADD COLUMN at_once INTEGER NOT NULL DEFAULT 0; -- 1: a person wants it to go on any line

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
