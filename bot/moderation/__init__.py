"""Keeping order: cases are decided, members and discussions looked after, articles put right."""

from bot.moderation.articles import Articles, ArticlesSettings
from bot.moderation.corrections import Corrections
from bot.moderation.desk import ModerationDesk

__all__ = ["Articles", "ArticlesSettings", "Corrections", "ModerationDesk"]
