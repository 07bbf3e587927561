"""What can be wrong with a document."""

from __future__ import annotations

from bot.errors import TribuneError


class NotAFeed(TribuneError):
    """The document holds no feed that can be read; `reason` is one line for an administrator."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
