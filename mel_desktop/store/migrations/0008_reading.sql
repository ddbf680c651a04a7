-- Schema 8: reading: trust, remote images, invitations, tags, conversations, snoozed messages.

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
