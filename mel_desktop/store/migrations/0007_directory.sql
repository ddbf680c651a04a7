-- Schema 7: persons of the directory put together from all sources, their families and classes.

-- == entries ==
-- What few entries have: profile, family_name, title, more_emails, more_phones, subjects, web, about,
-- same_as.
ALTER TABLE entry ADD COLUMN more TEXT NOT NULL DEFAULT '{}'; -- JSON
-- What several sources call the same (DirectoryEntry.same_as); school codes and addresses have
-- indexes of their own.
CREATE TABLE entry_same (
    key      TEXT NOT NULL,
    entry_id INTEGER NOT NULL REFERENCES entry (id) ON DELETE CASCADE,
    PRIMARY KEY (key, entry_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX entry_same_entry ON entry_same (entry_id);
CREATE INDEX entry_uai ON entry (uai) WHERE kind IN ('school', 'service');

-- == sources ==
-- JSON: a copy that would take too much away, until a person accepts or refuses it; '': none.
ALTER TABLE source ADD COLUMN waiting TEXT NOT NULL DEFAULT '';
ALTER TABLE source ADD COLUMN state TEXT NOT NULL DEFAULT '{}'; -- JSON of its server: ETag, sync-token...

-- == classes and groups ==
CREATE TABLE membership_7 (
    group_id  INTEGER NOT NULL REFERENCES entry (id) ON DELETE CASCADE,
    member_id INTEGER NOT NULL REFERENCES entry (id) ON DELETE CASCADE,
    part      TEXT NOT NULL DEFAULT '',     -- model.people.Part
    role      TEXT NOT NULL DEFAULT '',
    by_group  INTEGER NOT NULL DEFAULT 0,   -- the group's record names its members
    PRIMARY KEY (group_id, member_id, part)
) STRICT, WITHOUT ROWID;
INSERT INTO membership_7 (group_id, member_id, role) SELECT group_id, member_id, role FROM membership;
DROP TABLE membership;
ALTER TABLE membership_7 RENAME TO membership;
CREATE INDEX membership_member ON membership (member_id);
CREATE INDEX membership_part ON membership (part) WHERE part IN ('head-teacher', 'delegate');
DROP TABLE staged_member;
CREATE TABLE staged_member (
    source_id  INTEGER NOT NULL REFERENCES source (id) ON DELETE CASCADE,
    group_key  TEXT NOT NULL,
    member_key TEXT NOT NULL,              -- ends with a comma: the first part of a DN
    part       TEXT NOT NULL DEFAULT '',
    role       TEXT NOT NULL DEFAULT '',
    by_group   INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (source_id, group_key, member_key, part)
) STRICT, WITHOUT ROWID;

-- == families ==
CREATE TABLE tie (
    pupil_id    INTEGER NOT NULL REFERENCES entry (id) ON DELETE CASCADE,
    guardian_id INTEGER NOT NULL REFERENCES entry (id) ON DELETE CASCADE,
    relation    TEXT NOT NULL,             -- model.people.Relation
    is_legal    INTEGER NOT NULL DEFAULT 0,
    is_contact  INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (pupil_id, guardian_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX tie_guardian ON tie (guardian_id);
CREATE TABLE staged_tie (
    source_id    INTEGER NOT NULL REFERENCES source (id) ON DELETE CASCADE,
    pupil_key    TEXT NOT NULL,
    guardian_key TEXT NOT NULL,
    relation     TEXT NOT NULL,
    is_legal     INTEGER NOT NULL DEFAULT 0,
    is_contact   INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (source_id, pupil_key, guardian_key)
) STRICT, WITHOUT ROWID;
-- What a change file says of entries: gone, or only some of their fields (model.people.Change).
CREATE TABLE staged_mark (
    source_id INTEGER NOT NULL REFERENCES source (id) ON DELETE CASCADE,
    key       TEXT NOT NULL,
    mark      TEXT NOT NULL CHECK (mark IN ('gone', 'patched')),
    PRIMARY KEY (source_id, key)
) STRICT, WITHOUT ROWID;

-- Held memberships of a member, in groups of this role, and held ties of a pupil (part 'tie'), that a
-- change file replaces.
CREATE TABLE staged_drop (
    source_id  INTEGER NOT NULL REFERENCES source (id) ON DELETE CASCADE,
    key        TEXT NOT NULL,
    group_role TEXT NOT NULL,
    part       TEXT NOT NULL,
    PRIMARY KEY (source_id, key, group_role, part)
) STRICT, WITHOUT ROWID;

-- == pictures ==
CREATE TABLE photo (
    entry_id INTEGER PRIMARY KEY REFERENCES entry (id) ON DELETE CASCADE,
    octets   BLOB NOT NULL
) STRICT;
CREATE TABLE staged_photo (
    source_id INTEGER NOT NULL REFERENCES source (id) ON DELETE CASCADE,
    key       TEXT NOT NULL,
    octets    BLOB NOT NULL,
    PRIMARY KEY (source_id, key)
) STRICT;

-- == notes ==
-- What the person at this PC writes of somebody. It hangs on digests of the keys that sources have for
-- them: it survives every refresh, it is found again when a source comes back, and nothing of a source
-- that was removed can be read from it.
CREATE TABLE person_note (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    text     TEXT NOT NULL,
    saved_at TEXT NOT NULL
) STRICT;
CREATE TABLE person_note_key (
    digest  BLOB NOT NULL,
    note_id INTEGER NOT NULL REFERENCES person_note (id) ON DELETE CASCADE,
    PRIMARY KEY (digest, note_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX person_note_key_note ON person_note_key (note_id);

-- == mail with a person ==
CREATE INDEX message_sender ON message (from_address COLLATE NOCASE, id DESC);

-- == maps of columns ==
-- How a table of people was read, to read the next one of the same headings so.
CREATE TABLE column_map (
    source_id INTEGER PRIMARY KEY REFERENCES source (id) ON DELETE CASCADE,
    headings  TEXT NOT NULL, -- comparable, joined by U+001F
    map       TEXT NOT NULL -- JSON, as column_file writes it
) STRICT;
CREATE INDEX column_map_headings ON column_map (headings);

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

-- == people who were erased ==
-- Digests of the keys of a person whom no list brings back: nothing of the person can be read from
-- them.
CREATE TABLE erased_person (
    digest BLOB PRIMARY KEY,
    person INTEGER NOT NULL,               -- a number that keys of one person share
    at     TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- == ldap ==
-- Which entry of a copy has which UUID at the server (entryUUID): what is deleted is told by UUID only,
-- and who is renamed keeps it. ``run``: the copy; rows of others than the one shown mean nothing.
CREATE TABLE ldap_object (
    source_id INTEGER NOT NULL REFERENCES source (id) ON DELETE CASCADE,
    run       INTEGER NOT NULL,
    uuid      TEXT NOT NULL,
    key       TEXT NOT NULL,
    gone      INTEGER NOT NULL DEFAULT 0, -- number of the refresh that was told so; 0: still there
    PRIMARY KEY (source_id, run, uuid)
) STRICT, WITHOUT ROWID;
CREATE INDEX ldap_object_key ON ldap_object (source_id, run, key);
-- == search ==
-- Words of the index, for what is typed with a wrong key: a view of it that takes no room.
CREATE VIRTUAL TABLE entry_word USING fts5vocab (entry_fts, col);
-- Telephone numbers, classes in one writing and parts of names written as one are indexed now.
INSERT OR REPLACE INTO meta (name, value)
SELECT 'index.entries below', max(id) + 1 FROM entry HAVING count(*) > 0;
