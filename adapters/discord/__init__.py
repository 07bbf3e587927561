"""Discord: news as threads, reactions as votes, slash commands. The one package that knows discord.py."""

from adapters.discord.network import DiscordNetwork
from adapters.discord.settings import DiscordSettings

__all__ = ["DiscordNetwork", "DiscordSettings"]
