"""The discussion: what happens in the networks becomes comments, votes and flags."""

from bot.discussion.catching_up import CatchingUp
from bot.discussion.desk import Discussion, DiscussionSettings

__all__ = ["CatchingUp", "Discussion", "DiscussionSettings"]
