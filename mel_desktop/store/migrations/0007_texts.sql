-- Schema 7: what texts are unpacked with. A frame names its dictionary; 0 (all older frames) is none.

CREATE TABLE dictionary (
    id     INTEGER PRIMARY KEY,  -- as in the frame
    octets BLOB NOT NULL         -- zstd dictionary; never changed, never deleted
) STRICT;
