"""Every command there is, in the order in which they are shown."""

from __future__ import annotations

from bot.commands import feeds, help, me, subscriptions, why
from bot.commands.declaring import Declared

COMMANDS: tuple[Declared, ...] = (
    *subscriptions.COMMANDS,
    *feeds.COMMANDS,
    *why.COMMANDS,
    *me.COMMANDS,
    *help.COMMANDS,
)
