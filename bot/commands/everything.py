"""Every command there is, in the order in which they are shown."""

from __future__ import annotations

from bot.commands import channels, communities, help, moderation, outbox, roles
from bot.commands.declaring import Declared

COMMANDS: tuple[Declared, ...] = (
    *moderation.COMMANDS,
    *roles.COMMANDS,
    *channels.COMMANDS,
    *communities.COMMANDS,
    *outbox.COMMANDS,
    *help.COMMANDS,
)
