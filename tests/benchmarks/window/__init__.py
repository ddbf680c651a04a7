"""The window on 300,000 messages."""
