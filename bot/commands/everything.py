"""Every command there is, in the order in which they are shown."""

from __future__ import annotations

from bot.commands import help, why
from bot.commands.declaring import Declared

COMMANDS: tuple[Declared, ...] = (*why.COMMANDS, *help.COMMANDS)
