"""How communities are run: roles, channels, communities, and what the outbox could not do."""

from bot.governing.channels import ChannelDesk
from bot.governing.communities import CommunityDesk
from bot.governing.parked import ParkedDesk
from bot.governing.roles import RoleDesk
from bot.governing.servers import ServerDesk, Unknown
from bot.governing.whereabouts import Whereabouts

__all__ = ["ChannelDesk", "CommunityDesk", "ParkedDesk", "RoleDesk", "ServerDesk", "Unknown", "Whereabouts"]
