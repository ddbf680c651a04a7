-- Schema 7: persons of the directory put together from all sources, their families and classes.

-- == entries ==
-- What few entries have: profile, family_name, title, more_emails, more_phones, subjects, web, about.
ALTER TABLE entry ADD COLUMN more TEXT NOT NULL DEFAULT '{}'; -- JSON

-- == maps of columns ==
-- How a table of people was read, to read the next one of the same headings so.
CREATE TABLE column_map (
    source_id INTEGER PRIMARY KEY REFERENCES source (id) ON DELETE CASCADE,
    headings  TEXT NOT NULL, -- comparable, joined by U+001F
    map       TEXT NOT NULL -- JSON, as column_file writes it
) STRICT;
CREATE INDEX column_map_headings ON column_map (headings);
