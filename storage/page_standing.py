"""How members stand, where what is read may know nothing of them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row

from bot.domain.model import Standing
from bot.ports.sessions import NOBODY
from storage.schema.people import standings

_s = standings.c
STANDING = (
    _s.role, _s.points, _s.upvoters, _s.title, _s.trust, _s.trust_locked, _s.muted_until, _s.banned_at, _s.votes_void,
    _s.role_set,
)  # fmt: skip


def standing_from(row: Row[Any]) -> Standing:
    """The standing in a row that carries the columns `STANDING`, a newcomer's where they were joined to nothing."""
    if row.role is None:
        return NOBODY
    return Standing(**{column.name: getattr(row, column.name) for column in STANDING})
