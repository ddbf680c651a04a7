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

-- == invitations, agenda, receipts ==
-- An event as it came last: a single one, a series, or one occurrence of a series set otherwise.
CREATE TABLE event (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id  INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    uid         TEXT NOT NULL,
    recurrence  TEXT NOT NULL DEFAULT '',   -- RECURRENCE-ID in UTC, or a date; '' of the whole
    standing    TEXT NOT NULL CHECK (standing IN ('needs-action', 'accepted', 'tentative',
                    'declined', 'cancelled', 'organised', 'own')),
    starts_at   TEXT NOT NULL,
    ends_at     TEXT,                       -- when the last of it is over; NULL: not known
    ics         BLOB NOT NULL,              -- the event with its zones, packed as bodies are
    before_ics  BLOB,                       -- the version before
    message_id  INTEGER REFERENCES message (id) ON DELETE SET NULL, -- that brought it
    invited     TEXT NOT NULL DEFAULT '',   -- the own address it came to
    answered_at TEXT,
    UNIQUE (account_id, uid, recurrence)
) STRICT;
CREATE INDEX event_message ON event (message_id) WHERE message_id IS NOT NULL;
-- What guests of events organised here answered.
CREATE TABLE event_answer (
    event_id INTEGER NOT NULL REFERENCES event (id) ON DELETE CASCADE,
    address  TEXT NOT NULL,                 -- lower case
    name     TEXT NOT NULL DEFAULT '',
    answer   TEXT NOT NULL,
    comment  TEXT NOT NULL DEFAULT '',
    sequence INTEGER NOT NULL,
    stamp    TEXT NOT NULL,
    PRIMARY KEY (event_id, address)
) STRICT;
-- Messages whose calendar part, or report of reading, was looked at.
CREATE TABLE calendar_seen (
    message_id INTEGER PRIMARY KEY REFERENCES message (id) ON DELETE CASCADE
) STRICT;
-- What was decided about receipts that others ask for; by Message-ID, so that copies count as one.
CREATE TABLE receipt_done (
    account_id INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    message_id TEXT NOT NULL,
    sent       INTEGER NOT NULL CHECK (sent IN (0, 1)),
    at         TEXT NOT NULL,
    PRIMARY KEY (account_id, message_id)
) STRICT;
CREATE TABLE receipt_never (
    address TEXT PRIMARY KEY                -- lower case: this sender is never answered
) STRICT;
-- Receipts that came for messages sent from here.
CREATE TABLE receipt (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    message_id TEXT NOT NULL,               -- of the message that was sent, without < >
    recipient  TEXT NOT NULL,               -- lower case
    displayed  INTEGER NOT NULL CHECK (displayed IN (0, 1)),
    at         TEXT NOT NULL,
    report_id  INTEGER REFERENCES message (id) ON DELETE SET NULL,
    UNIQUE (account_id, message_id, recipient)
) STRICT;
-- == Organising mail: conversations, tags, pins, snoozed messages, how lists look ==

-- logic.conversations.subject_key of a message without References: > 0 of one that begins a subject,
-- < 0 of one that says "Re:" of it; 0 of all others.
ALTER TABLE message ADD COLUMN subject_key INTEGER NOT NULL DEFAULT 0;
CREATE INDEX message_subject_key ON message (account_id, subject_key) WHERE subject_key <> 0;
CREATE INDEX message_conversation ON message (folder_id, id DESC, thread_id) WHERE hidden = 0;
CREATE INDEX message_flagged ON message (folder_id, id DESC) WHERE hidden = 0 AND marks & 2 <> 0;
CREATE INDEX message_tagged ON message (folder_id, id DESC) WHERE hidden = 0 AND keywords <> '';

-- What the sender and the subject sort by: store.views has the same words.
CREATE INDEX message_by_sender ON message (
    folder_id,
    (replace(replace(replace(replace(replace(replace(replace(replace(substr(CASE from_name WHEN '' THEN from_address ELSE from_name END, 1, 24), 'É', 'E'), 'é', 'e'), 'È', 'E'), 'è', 'e'), 'ê', 'e'), 'Ç', 'C'), 'ç', 'c'), '"', '')) COLLATE NOCASE,
    id
) WHERE hidden = 0;
CREATE INDEX message_by_subject ON message (
    folder_id,
    (replace(replace(replace(replace(replace(replace(replace(substr(CASE WHEN lower(substr(subject, 1, 4)) IN ('re: ', 'tr: ') THEN substr(subject, 5) ELSE subject END, 1, 24), 'É', 'E'), 'é', 'e'), 'È', 'E'), 'è', 'e'), 'ê', 'e'), 'À', 'A'), 'à', 'a')) COLLATE NOCASE,
    id
) WHERE hidden = 0;
CREATE INDEX message_by_size ON message (folder_id, size, id) WHERE hidden = 0;

-- IMAP keywords with a name and a colour. name '': the usual name of that keyword.
CREATE TABLE tag (
    keyword  TEXT PRIMARY KEY,             -- lower case
    name     TEXT NOT NULL DEFAULT '',
    colour   TEXT NOT NULL,                -- '#rrggbb'
    position INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- On top of their folder.
CREATE TABLE pin (
    message_id INTEGER PRIMARY KEY REFERENCES message (id) ON DELETE CASCADE,
    since      TEXT NOT NULL
) STRICT;

-- Not shown in their folder until then; woke_at: shown again, on top until they were looked at.
CREATE TABLE snooze (
    message_id INTEGER PRIMARY KEY REFERENCES message (id) ON DELETE CASCADE,
    until      TEXT NOT NULL,
    since      TEXT NOT NULL,
    woke_at    TEXT
) STRICT;

-- How the list of a folder ('folder:12') or of a view ('view:inboxes') looks: JSON.
CREATE TABLE list_look (
    place TEXT PRIMARY KEY,
    look  TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- == Attachments of all mail, sorted and by kind (store/attachmentlist.py) ==
-- The kind of a file, by its name and type: the words of store.attachmentlist.KIND.
CREATE INDEX part_file_kind ON part (
    CASE
    WHEN instr(substr(filename, 2), '.') AND instr(' pdf ', ' ' || lower(replace(filename, rtrim(filename, replace(filename, '.', '')), '')) || ' ') THEN 'pdf'
    WHEN instr(substr(filename, 2), '.') AND instr(' doc docm docx dot dotm dotx md odt ott pages rtf tex txt wpd wps ', ' ' || lower(replace(filename, rtrim(filename, replace(filename, '.', '')), '')) || ' ') THEN 'document'
    WHEN instr(substr(filename, 2), '.') AND instr(' key odp otp pot potx pps ppsx ppt pptm pptx ', ' ' || lower(replace(filename, rtrim(filename, replace(filename, '.', '')), '')) || ' ') THEN 'presentation'
    WHEN instr(substr(filename, 2), '.') AND instr(' csv numbers ods ots tsv xls xlsb xlsm xlsx xltx ', ' ' || lower(replace(filename, rtrim(filename, replace(filename, '.', '')), '')) || ' ') THEN 'table'
    WHEN instr(substr(filename, 2), '.') AND instr(' avif bmp gif heic heif jfif jpeg jpg odg png svg tif tiff webp ', ' ' || lower(replace(filename, rtrim(filename, replace(filename, '.', '')), '')) || ' ') THEN 'picture'
    WHEN instr(substr(filename, 2), '.') AND instr(' aac aif aiff amr flac m4a mid midi mp3 oga ogg opus wav wma ', ' ' || lower(replace(filename, rtrim(filename, replace(filename, '.', '')), '')) || ' ') THEN 'sound'
    WHEN instr(substr(filename, 2), '.') AND instr(' 3gp avi flv m4v mkv mov mp4 mpeg mpg ogv webm wmv ', ' ' || lower(replace(filename, rtrim(filename, replace(filename, '.', '')), '')) || ' ') THEN 'video'
    WHEN instr(substr(filename, 2), '.') AND instr(' 7z ace arj bz2 cab gz iso lzh rar tar tbz tgz xz zip zst ', ' ' || lower(replace(filename, rtrim(filename, replace(filename, '.', '')), '')) || ' ') THEN 'archive'
    WHEN instr(substr(filename, 2), '.') AND instr(' ics ifb vcs ', ' ' || lower(replace(filename, rtrim(filename, replace(filename, '.', '')), '')) || ' ') THEN 'calendar'
    WHEN instr(substr(filename, 2), '.') AND instr(' ldif vcard vcf ', ' ' || lower(replace(filename, rtrim(filename, replace(filename, '.', '')), '')) || ' ') THEN 'contact'
    WHEN instr(substr(filename, 2), '.') AND instr(' eml mbox msg ', ' ' || lower(replace(filename, rtrim(filename, replace(filename, '.', '')), '')) || ' ') THEN 'message'
    WHEN substr(media_type, 1, 15) = 'application/pdf' THEN 'pdf'
    WHEN substr(media_type, 1, 6) = 'image/' THEN 'picture'
    WHEN substr(media_type, 1, 6) = 'audio/' THEN 'sound'
    WHEN substr(media_type, 1, 6) = 'video/' THEN 'video'
    WHEN substr(media_type, 1, 13) = 'text/calendar' THEN 'calendar'
    WHEN substr(media_type, 1, 10) = 'text/vcard' THEN 'contact'
    WHEN substr(media_type, 1, 12) = 'text/x-vcard' THEN 'contact'
    WHEN substr(media_type, 1, 8) = 'text/csv' THEN 'table'
    WHEN substr(media_type, 1, 8) = 'message/' THEN 'message'
    WHEN substr(media_type, 1, 15) = 'application/zip' THEN 'archive'
    WHEN substr(media_type, 1, 50) = 'application/vnd.openxmlformats-officedocument.word' THEN 'document'
    WHEN substr(media_type, 1, 50) = 'application/vnd.openxmlformats-officedocument.spre' THEN 'table'
    WHEN substr(media_type, 1, 50) = 'application/vnd.openxmlformats-officedocument.pres' THEN 'presentation'
    WHEN substr(media_type, 1, 39) = 'application/vnd.oasis.opendocument.text' THEN 'document'
    WHEN substr(media_type, 1, 46) = 'application/vnd.oasis.opendocument.spreadsheet' THEN 'table'
    WHEN substr(media_type, 1, 47) = 'application/vnd.oasis.opendocument.presentation' THEN 'presentation'
    WHEN substr(media_type, 1, 18) = 'application/msword' THEN 'document'
    WHEN substr(media_type, 1, 15) = 'application/rtf' THEN 'document'
    WHEN substr(media_type, 1, 10) = 'text/plain' THEN 'document'
    ELSE 'other' END,
    message_id DESC, position)
 WHERE number <> '' AND (disposition = 'attachment' OR (filename <> '' AND content_id = ''));
CREATE INDEX part_file_name ON part (filename COLLATE NOCASE, message_id DESC)
 WHERE number <> '' AND (disposition = 'attachment' OR (filename <> '' AND content_id = ''));
CREATE INDEX part_file_size ON part (size, message_id DESC)
 WHERE number <> '' AND (disposition = 'attachment' OR (filename <> '' AND content_id = ''));
CREATE INDEX message_with_files ON message (from_address, id DESC)
 WHERE hidden = 0 AND has_attachments = 1;
CREATE INDEX message_files ON message (id DESC) WHERE hidden = 0 AND has_attachments = 1;


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
