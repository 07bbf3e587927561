"""Every command there is, in the order in which they are shown."""

from __future__ import annotations

from bot.commands import help, me
from bot.commands.declaring import Declared

COMMANDS: tuple[Declared, ...] = (*me.COMMANDS, *help.COMMANDS)
