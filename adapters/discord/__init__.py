"""Discord as a network."""
