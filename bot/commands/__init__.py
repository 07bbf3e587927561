"""The one registry of commands: every door derives its face from it."""

from bot.commands.house import House
from bot.commands.registry import Registry

__all__ = ["House", "Registry"]
