"""What members do with the news: searched, listed, shared.

Called by the commands; every method raises `RequestError` with a message for who asked.
"""

from __future__ import annotations

from typing import Protocol


class NewsDesk(Protocol):
    """What members do with the news."""
