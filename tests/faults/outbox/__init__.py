"""The outbox under faults: cut at every octet, refused, killed, out of disk."""
