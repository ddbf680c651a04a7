"""The encrypted profile: the only place with SQL and with the database module."""
