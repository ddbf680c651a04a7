"""``dev.py bench directory``: reading directories in, refreshing them, finding people."""
