-- Schema 7: persons of the directory put together from all sources, their families and classes.

-- == entries ==
-- What few entries have: profile, family_name, title, more_emails, more_phones, subjects, web, about.
ALTER TABLE entry ADD COLUMN more TEXT NOT NULL DEFAULT '{}'; -- JSON

-- == search ==
-- Words of the index, for what is typed with a wrong key: a view of it that takes no room.
CREATE VIRTUAL TABLE entry_word USING fts5vocab (entry_fts, col);
-- Telephone numbers, classes in one writing and parts of names written as one are indexed now.
INSERT OR REPLACE INTO meta (name, value)
SELECT 'index.entries below', max(id) + 1 FROM entry HAVING count(*) > 0;
