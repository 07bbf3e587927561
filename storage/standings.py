"""How members stand in communities: what moderators decided, and what was derived from facts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Integer, Row, Text, bindparam, case, or_, select, update

from bot.domain.model import NEWCOMER, CommunityId, MemberId, Role, Standing
from bot.domain.reputation import Figures
from storage.facts import SqlFacts
from storage.roles import SqlRoles
from storage.schema.people import standings
from storage.sql import Sql, insert
from storage.voids import SqlVoids

# What a row holds before anything is known of a member.
NOTHING_YET: dict[str, Any] = {
    "role": Role.MEMBER,
    "points": 0,
    "upvoters": 0,
    "title": NEWCOMER,
    "trust": 0,
    "trust_locked": False,
    "votes_void": False,
    "role_set": False,
}
_NOTHING_EARNED = Figures(points=0, upvoters=0, title=NEWCOMER, trust=0)

_s = standings.c
_KEY = ["community_id", "member_id"]
_whose = (_s.community_id == bindparam("p_community")) & (_s.member_id == bindparam("p_member"))
_GET = select(standings).where(_whose)

_put = insert(standings)
_SANCTION = _put.on_conflict_do_update(
    index_elements=_KEY, set_={name: _put.excluded[name] for name in ("muted_until", "banned_at", "votes_void")}
)
_LOCK_TRUST = _put.on_conflict_do_update(
    index_elements=_KEY, set_={name: _put.excluded[name] for name in ("trust", "trust_locked")}
)
_UNLOCK_TRUST = update(standings).where(_whose).values(trust_locked=False)

# A moderator may have locked the trust while it was being recomputed.
_trust = case((_s.trust_locked, _s.trust), else_=_put.excluded.trust)
_EARN = _put.on_conflict_do_update(
    index_elements=_KEY,
    set_={name: _put.excluded[name] for name in ("points", "upvoters", "title")} | {"trust": _trust},
    where=or_(
        _s.points != _put.excluded.points,
        _s.upvoters != _put.excluded.upvoters,
        _s.title != _put.excluded.title,
        _s.trust != _trust,
    ),
).returning(_s.member_id)
_points, _upvoters = bindparam("p_points", type_=Integer), bindparam("p_upvoters", type_=Integer)
_title, _earned = bindparam("p_title", type_=Text), bindparam("p_trust", type_=Integer)
_CHANGE = (
    update(standings)
    .where(
        _whose,
        or_(
            _s.points != _points,
            _s.upvoters != _upvoters,
            _s.title != _title,
            (_s.trust != _earned) & _s.trust_locked.is_(False),
        ),
    )
    .values(points=_points, upvoters=_upvoters, title=_title, trust=case((_s.trust_locked, _s.trust), else_=_earned))
)


def standing_from(row: Row[Any]) -> Standing:
    """A row of `standings` as the domain has it."""
    return Standing(
        role=row.role,
        points=row.points,
        upvoters=row.upvoters,
        title=row.title,
        trust=row.trust,
        trust_locked=row.trust_locked,
        muted_until=row.muted_until,
        banned_at=row.banned_at,
        votes_void=row.votes_void,
        role_set=row.role_set,
    )


class SqlStandings(SqlFacts, SqlVoids, SqlRoles):
    """See `bot.ports.stores.Standings`."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    async def get(self, community_id: CommunityId, member_id: MemberId) -> Standing:
        row = await self._sql.first(_GET, p_community=community_id, p_member=member_id)
        return Standing() if row is None else standing_from(row)

    async def sanction(
        self,
        community_id: CommunityId,
        member_id: MemberId,
        *,
        muted_until: datetime | None,
        banned_at: datetime | None,
        votes_void: bool,
    ) -> None:
        values = {"muted_until": muted_until, "banned_at": banned_at, "votes_void": votes_void}
        await self._sql.run(_SANCTION, **_row(community_id, member_id) | values)

    async def lock_trust(self, community_id: CommunityId, member_id: MemberId, trust: int | None) -> None:
        if trust is None:
            await self._sql.run(_UNLOCK_TRUST, p_community=community_id, p_member=member_id)
        else:
            await self._sql.run(_LOCK_TRUST, **_row(community_id, member_id) | {"trust": trust, "trust_locked": True})

    async def put_figures(self, community_id: CommunityId, member_id: MemberId, figures: Figures) -> bool:
        if figures == _NOTHING_EARNED:  # who has no row yet needs none
            return await self._change(community_id, member_id, figures)
        earned = {
            "points": figures.points,
            "upvoters": figures.upvoters,
            "title": figures.title,
            "trust": figures.trust,
        }
        return await self._sql.value(_EARN, **_row(community_id, member_id) | earned) is not None

    async def _change(self, community_id: CommunityId, member_id: MemberId, figures: Figures) -> bool:
        changed = await self._sql.run(
            _CHANGE,
            p_community=community_id,
            p_member=member_id,
            p_points=figures.points,
            p_upvoters=figures.upvoters,
            p_title=figures.title,
            p_trust=figures.trust,
        )
        return changed > 0


def _row(community_id: CommunityId, member_id: MemberId) -> dict[str, Any]:
    return NOTHING_YET | {"community_id": community_id, "member_id": member_id}
