"""Who asks at the command line: the operator, or a member for whom the operator acts."""

from __future__ import annotations

from bot.commands.finding import Finder
from bot.commands.house import House
from bot.domain.events import Who
from bot.domain.model import Community, Role
from bot.errors import RequestError
from bot.ports.commands import Caller, Commands, Kind
from bot.ports.moderation import Actor
from bot.ports.stores import Tx

_NOTHING_YET = "There is no community in the database yet. Start Tribune once."


async def caller(
    commands: Commands, house: House, *, community: str | None, name: str | None, language: str, zone: str
) -> Caller:
    """Who asks, in the community with this short name (None: the default one). Raises `RequestError`."""
    async with house.store.read() as tx:
        operator = Caller(actor=_operator(await _first(tx)), language=language, zone=zone)
        if community is not None:
            found = await Finder(house, tx, operator, {}).find(Kind.COMMUNITY, community)
            operator = Caller(actor=_operator(found), language=language, zone=zone)
        if name is None:
            return operator
        member = await Finder(house, tx, operator, {}).find(Kind.MEMBER, name)
        (account, *_) = await tx.members.accounts(operator.actor.community_id, member.member_id)
    who = Who(ref=account.ref, name=account.name)
    actor = await commands.actor(operator.actor.community_id, who, Role.MEMBER)
    return Caller(actor=actor, language=language, zone=zone)


def _operator(community: Community) -> Actor:
    return Actor(community_id=community.id, account_id=None, member_id=None, role=Role.OPERATOR)


async def _first(tx: Tx) -> Community:
    """The default community."""
    known = await tx.places.communities()
    if not known:
        raise RequestError(_NOTHING_YET)
    return next((each for each in known if each.default), known[0])
