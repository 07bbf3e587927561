"""Members: what they are here, what they follow, what is kept of them and how it is forgotten."""

from bot.people.desk import MembersDesk, PeopleSettings
from bot.people.watching import Watch

__all__ = ["MembersDesk", "PeopleSettings", "Watch"]
