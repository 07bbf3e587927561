"""The one place that builds things: what is run, with which parts, and in which order it stops."""

from bot.app.desks import ledger, web_settings
from bot.app.opening import Opened, open_commands
from bot.app.parts import Parts, SystemClock, new_key
from bot.app.starting import check, run

__all__ = ["Opened", "Parts", "SystemClock", "check", "ledger", "new_key", "open_commands", "run", "web_settings"]
