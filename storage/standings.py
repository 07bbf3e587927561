"""How members stand in communities, and the facts behind it."""

from __future__ import annotations

from typing import Any

from bot.domain.model import NEWCOMER

# What a row holds before anything is known of a member but the role.
NOTHING_YET: dict[str, Any] = {
    "points": 0,
    "upvoters": 0,
    "title": NEWCOMER,
    "trust": 0,
    "trust_locked": False,
    "votes_void": False,
}
