"""Matrix without a homeserver."""
