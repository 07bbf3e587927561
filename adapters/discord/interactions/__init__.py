"""What people press, choose, type and invoke: slash commands, context menus, buttons, modals."""

from adapters.discord.interactions.router import Interactions

__all__ = ["Interactions"]
