-- Schema 6: letters that go on elsewhere, and accounts under IT's hand.

-- == merge ==
-- Where copies of what a functional box sent are filed: a path on the server; '': the account's Sent.
ALTER TABLE identity ADD COLUMN sent_folder TEXT NOT NULL DEFAULT '';
