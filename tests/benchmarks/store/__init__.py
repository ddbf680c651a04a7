"""``dev.py bench store``: storing, searching, opening and changing the key, beside plain SQLite."""
