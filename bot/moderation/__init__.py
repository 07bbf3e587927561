"""Keeping order: cases are decided, members and discussions looked after, articles put right."""

from bot.moderation.articles import Articles, ArticlesSettings
from bot.moderation.corrections import Corrections
from bot.moderation.desk import ModerationDesk
from bot.moderation.showing import CaseShowing

__all__ = ["Articles", "ArticlesSettings", "CaseShowing", "Corrections", "ModerationDesk"]
