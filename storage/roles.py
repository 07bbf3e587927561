"""Roles in single channels, and who holds which."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, case, delete, func, null, or_, select

from bot.domain.model import ChannelId, CommunityId, MemberId, Role
from bot.ports.stores import Holder
from storage.schema.people import accounts, standings
from storage.schema.places import channel_roles, channels
from storage.sql import Sql, insert

_r = channel_roles.c
_ROLES = (
    select(_r.channel_id, _r.role)
    .join(channels, channels.c.id == _r.channel_id)
    .where(_r.member_id == bindparam("p_member"), channels.c.community_id == bindparam("p_community"))
    .order_by(_r.channel_id)
)
_put = insert(channel_roles)
_GRANT = _put.on_conflict_do_update(index_elements=["channel_id", "member_id"], set_={"role": _put.excluded.role})
_REVOKE = delete(channel_roles).where(_r.channel_id == bindparam("p_channel"), _r.member_id == bindparam("p_member"))
_RANK = case({role.value: role.rank for role in Role}, value=standings.c.role)


def _name_of(member: Any, community: Any) -> Any:
    """What somebody is called here: accounts that are registered elsewhere are nobody's business."""
    here = or_(accounts.c.community_id.is_(None), accounts.c.community_id == community)
    return select(func.min(accounts.c.name)).where(accounts.c.member_id == member, here).scalar_subquery()


_name = _name_of(standings.c.member_id, standings.c.community_id)
_EVERYWHERE = select(
    standings.c.member_id, _name.label("name"), standings.c.role, null().label("channel_id"), standings.c.banned_at
).where(standings.c.community_id == bindparam("p_community"), standings.c.role_set)
_THERE = (
    select(
        _r.member_id,
        _name_of(_r.member_id, channels.c.community_id).label("name"),
        _r.role,
        _r.channel_id,
        null().label("banned_at"),
    )
    .join(channels, channels.c.id == _r.channel_id)
    .where(channels.c.community_id == bindparam("p_community"))
)
_HOLDERS = (
    select(_name.label("name"))
    .where(
        standings.c.community_id == bindparam("p_community"),
        standings.c.role.in_(bindparam("p_roles", expanding=True)),
        standings.c.banned_at.is_(None),
    )
    .order_by(_RANK.desc(), "name")
    .limit(bindparam("most"))
)


class SqlRoles:
    """The part of `bot.ports.stores.Standings` that is about roles."""

    _sql: Sql

    async def channel_roles(self, community_id: CommunityId, member_id: MemberId) -> Mapping[ChannelId, Role]:
        rows = await self._sql.all(_ROLES, p_community=community_id, p_member=member_id)
        return {ChannelId(row.channel_id): row.role for row in rows}

    async def set_channel_role(self, channel_id: ChannelId, member_id: MemberId, role: Role | None) -> None:
        if role is None:
            await self._sql.run(_REVOKE, p_channel=channel_id, p_member=member_id)
        else:
            await self._sql.run(_GRANT, channel_id=channel_id, member_id=member_id, role=role)

    async def granted(self, community_id: CommunityId) -> Sequence[Holder]:
        rows = [
            *await self._sql.all(_EVERYWHERE, p_community=community_id),
            *await self._sql.all(_THERE, p_community=community_id),
        ]
        found = [
            Holder(
                member_id=MemberId(row.member_id),
                name=row.name or "",
                role=row.role,
                channel_id=None if row.channel_id is None else ChannelId(row.channel_id),
                banned=row.banned_at is not None,
            )
            for row in rows
        ]
        return sorted(found, key=lambda each: (each.channel_id or 0, -each.role.rank, each.name.casefold()))

    async def holders(self, community_id: CommunityId, role: Role, limit: int) -> Sequence[str]:
        roles = [each for each in Role if each.allows(role)]
        rows = await self._sql.all(_HOLDERS, p_community=community_id, p_roles=roles, most=limit)
        return [row.name for row in rows if row.name is not None]
