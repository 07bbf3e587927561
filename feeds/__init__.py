"""Fetching and reading feeds: bytes in, entries out."""
