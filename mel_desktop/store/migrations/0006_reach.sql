-- Schema 6: letters that go on elsewhere, and accounts under IT's hand.

-- == drafts of other programs ==
-- 1: another program wrote this copy; it is replaced by way of the trash, never destroyed.
ALTER TABLE draft_copy ADD COLUMN is_foreign INTEGER NOT NULL DEFAULT 0 CHECK (is_foreign IN (0, 1));

-- What a draft of another program answers, whether or not that message is here.
CREATE TABLE draft_thread (
    draft_id    INTEGER PRIMARY KEY REFERENCES draft (id) ON DELETE CASCADE,
    in_reply_to TEXT NOT NULL,                 -- Message-ID without < >, or ''
    refs        TEXT NOT NULL                  -- Message-IDs, a space between
) STRICT;

-- == photos made smaller ==
-- The file in whose place this one stands; it goes with the last revision that lists it.
ALTER TABLE draft_attachment ADD COLUMN original_id INTEGER REFERENCES draft_attachment (id) ON DELETE SET NULL;
CREATE INDEX draft_attachment_original ON draft_attachment (original_id) WHERE original_id IS NOT NULL;
