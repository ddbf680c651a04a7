-- Schema 8: reading: trust, remote images, invitations, tags, conversations, snoozed messages.

-- == remote images ==
-- Senders whose remote pictures may be fetched without being asked, addresses in lower case.
CREATE TABLE remote_sender (
    address    TEXT PRIMARY KEY,
    allowed_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Pictures that came from web servers, until they are too old or too many; they go with their
-- message. key: SHA-256 of the address.
CREATE TABLE remote_image (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    message_id INTEGER NOT NULL REFERENCES message (id) ON DELETE CASCADE,
    key        BLOB NOT NULL,
    octets     BLOB NOT NULL,
    fetched_at TEXT NOT NULL,
    UNIQUE (message_id, key)
) STRICT;
CREATE INDEX remote_image_key ON remote_image (key);
