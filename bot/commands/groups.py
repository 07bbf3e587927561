"""The groups of commands."""

from __future__ import annotations

GROUPS = {
    "feed": "Feeds",
    "news": "News",
    "me": "Yourself",
    "mod": "Order",
    "role": "Roles",
    "channel": "Channels",
    "community": "Communities",
    "server": "Servers",
    "outbox": "Outbox",
    "help": "Help",
}
"""What the groups of commands are called."""
