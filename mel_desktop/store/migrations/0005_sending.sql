-- Schema 5: writing and sending that cannot go wrong.

-- == letter: pictures within the text ==
ALTER TABLE draft_attachment ADD COLUMN content_id TEXT NOT NULL DEFAULT ''; -- without < >

-- == spelling and drafts ==

-- == identities, signatures, templates, mail merge ==

-- == checks before it leaves ==

-- == outbox and submission ==

-- == pacing, send later, answers awaited ==
