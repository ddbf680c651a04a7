-- Schema 4: drafts and what waits in the outbox are found by an index of their own; words of the
-- index of messages can be looked up.

-- As message_fts: the same expression is asked of both. rowid: draft.id. Drafts of every state are
-- in it as long as their rows are; the search asks the row whether it is still to be found.
CREATE VIRTUAL TABLE draft_fts USING fts5 (
    subject, sender, recipients, body,
    files,  -- names of its files, and the text that was taken out of them
    content='', contentless_delete=1, detail=full,
    tokenize='unicode61 remove_diacritics 2', prefix='2 3'
);
CREATE TRIGGER draft_unindexed AFTER DELETE ON draft BEGIN
    DELETE FROM draft_fts WHERE rowid = old.id;
END;
-- Drafts up to this id are still to be indexed (their contents are packed: SQL cannot read them).
INSERT INTO meta (name, value)
SELECT 'index.drafts below', max(id) + 1 FROM draft HAVING count(*) > 0;

-- Words of the index of messages, in order: a view of it that takes no room. A word that is being
-- typed is looked up here, since the index itself would read every message of each of them.
CREATE VIRTUAL TABLE message_word USING fts5vocab (message_fts, instance);
