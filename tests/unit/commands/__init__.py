"""The registry of commands."""
