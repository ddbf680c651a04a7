-- Schema 7: persons of the directory put together from all sources, their families and classes.

-- == entries ==
-- What few entries have: profile, family_name, title, more_emails, more_phones, subjects, web, about.
ALTER TABLE entry ADD COLUMN more TEXT NOT NULL DEFAULT '{}'; -- JSON

-- == downloads of open data ==
-- A large file on its way: what came of it, and by what the server knows the version again.
CREATE TABLE download (
    source_id  INTEGER PRIMARY KEY REFERENCES source (id) ON DELETE CASCADE,
    url        TEXT NOT NULL,
    etag       TEXT NOT NULL DEFAULT '',
    modified   TEXT NOT NULL DEFAULT '',
    resumes_by TEXT NOT NULL DEFAULT '', -- for If-Range
    coding     TEXT NOT NULL DEFAULT '', -- '' or 'gzip': as the octets came
    came       INTEGER NOT NULL DEFAULT 0,
    size       INTEGER                   -- of the whole, where it was said
) STRICT;
CREATE TABLE download_piece (
    source_id INTEGER NOT NULL REFERENCES download (source_id) ON DELETE CASCADE,
    start     INTEGER NOT NULL,
    octets    BLOB NOT NULL,
    PRIMARY KEY (source_id, start)
) STRICT;
