-- Schema 7: persons of the directory put together from all sources, their families and classes.

-- == entries ==
-- What few entries have: profile, family_name, title, more_emails, more_phones, subjects, web, about.
ALTER TABLE entry ADD COLUMN more TEXT NOT NULL DEFAULT '{}'; -- JSON
