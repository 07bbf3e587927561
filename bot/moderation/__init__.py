"""Keeping order: cases are decided, members and discussions looked after, errors in articles followed up."""

from bot.moderation.corrections import Corrections
from bot.moderation.desk import ModerationDesk
from bot.moderation.office import Office

__all__ = ["Corrections", "ModerationDesk", "Office"]
