"""Every command there is, in the order in which they are shown."""

from __future__ import annotations

from bot.commands import (
    channels,
    communities,
    feeds,
    help,
    me,
    moderation,
    news,
    opml,
    outbox,
    roles,
    servers,
    subscriptions,
    why,
)
from bot.commands.declaring import Declared

COMMANDS: tuple[Declared, ...] = (
    *subscriptions.COMMANDS,
    *feeds.COMMANDS,
    *why.COMMANDS,
    *opml.COMMANDS,
    *news.COMMANDS,
    *me.COMMANDS,
    *moderation.COMMANDS,
    *roles.COMMANDS,
    *channels.COMMANDS,
    *communities.COMMANDS,
    *servers.COMMANDS,
    *outbox.COMMANDS,
    *help.COMMANDS,
)
