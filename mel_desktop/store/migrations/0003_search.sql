-- Schema 3: attachments in the index of messages, text taken out of them, saved searches.

DROP TABLE message_fts;
CREATE VIRTUAL TABLE message_fts USING fts5 (
    subject, sender, recipients, body,
    files,  -- names of attachments, and the text that was taken out of them
    content='', contentless_delete=1, detail=full,
    tokenize='unicode61 remove_diacritics 2', prefix='2 3'
);
INSERT INTO message_fts (message_fts, rank) VALUES ('deletemerge', 60);
INSERT INTO message_fts (message_fts, rank) VALUES ('automerge', 8);
INSERT INTO message_fts (message_fts, rank) VALUES ('hashsize', 4194304);
-- Messages up to this id are still to be indexed, newest first; no row: all of them are.
INSERT INTO meta (name, value) SELECT 'index.below', max(id) + 1 FROM message HAVING count(*) > 0;

-- Text of attachments, by content: the same file in ten messages is read once.
CREATE TABLE attachment_text (
    blob_id   INTEGER PRIMARY KEY REFERENCES blob (id) ON DELETE CASCADE,
    state     TEXT NOT NULL CHECK (state IN ('done', 'nothing', 'failed', 'too-large')),
    text      BLOB,               -- UTF-8, zstd; NULL unless done
    extractor INTEGER NOT NULL,   -- version: a better one may try again
    at        TEXT NOT NULL
) STRICT;

CREATE TABLE saved_search (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    name       TEXT NOT NULL UNIQUE,
    query      TEXT NOT NULL,
    created_at TEXT NOT NULL
) STRICT;
