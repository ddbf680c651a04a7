-- Schema 8: reading: trust, remote images, invitations, tags, conversations, snoozed messages.


-- == S/MIME: certificates of others and own ones, and what is wished for a draft ==

CREATE TABLE smime_person (       -- from signatures that were good: to encrypt to them
    fingerprint BLOB PRIMARY KEY, -- SHA-256 of the certificate
    address     TEXT NOT NULL,    -- small letters
    certificate BLOB NOT NULL,    -- DER
    not_after   TEXT NOT NULL,
    seen_at     TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX smime_person_address ON smime_person (address);

CREATE TABLE smime_own (          -- its key is a secret: owner 'smime:ID', kind 'key', PEM
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    fingerprint BLOB NOT NULL UNIQUE,
    certificate BLOB NOT NULL,    -- DER
    chain       TEXT NOT NULL DEFAULT '[]', -- DER of authorities in base64, to go with signatures
    added_at    TEXT NOT NULL
) STRICT;

CREATE TABLE smime_identity (     -- which own certificate an address signs with
    address     TEXT PRIMARY KEY,
    own_id      INTEGER NOT NULL REFERENCES smime_own (id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE smime_draft (
    draft_id    INTEGER PRIMARY KEY REFERENCES draft (id) ON DELETE CASCADE,
    sign        INTEGER NOT NULL DEFAULT 0,
    encrypt     INTEGER NOT NULL DEFAULT 0
) STRICT;
