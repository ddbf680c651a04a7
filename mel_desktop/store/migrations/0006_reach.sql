-- Schema 6: letters that go on elsewhere, and accounts under IT's hand.

-- == outbox ==
ALTER TABLE outbox ADD COLUMN search_trouble TEXT NOT NULL DEFAULT ''; -- unknown: why Sent could not be searched, a code
ALTER TABLE outbox ADD COLUMN left_out TEXT NOT NULL DEFAULT '[]'; -- JSON list: recipients whom a person let be
ALTER TABLE outbox ADD COLUMN at_once INTEGER NOT NULL DEFAULT 0; -- 1: a person wants it to go on any line

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
