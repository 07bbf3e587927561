"""The feeds of a community: how they are doing, and what admins do with them; each act is a command."""
