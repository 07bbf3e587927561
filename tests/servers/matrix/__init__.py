"""A real homeserver for the tests, people on it, and a line to it that can be made bad."""
