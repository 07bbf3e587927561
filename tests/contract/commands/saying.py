"""Typed lines, said by somebody to a small town's registry."""

from __future__ import annotations

from typing import Any

from bot.domain.model import CommunityId, Role
from bot.locale import translator
from bot.locale.answers import as_data
from bot.ports.commands import Caller
from bot.ports.moderation import Actor
from tests.end_to_end.small import Town

Data = list[dict[str, Any]]


def operator(community: CommunityId) -> Actor:
    """The operator's command line."""
    return Actor(community_id=community, account_id=None, member_id=None, role=Role.OPERATOR)


async def somebody(town: Town, community: CommunityId, name: str, role: Role = Role.MEMBER) -> Actor:
    """A member of a community who may do this."""
    ref, now = f"web:account/{name}", town.clock.now()
    account = await town.store.write(lambda tx: tx.members.seen("web", ref, name, bot=False, now=now))  # type: ignore[arg-type]
    await town.store.write(lambda tx: tx.members.grant(community, account.member_id, role))
    return Actor(community_id=community, account_id=account.id, member_id=account.member_id, role=role)


async def say(town: Town, by: Actor, line: str) -> Data:
    """What is answered, as programs read it. Raises RequestError."""
    read = town.commands.read_line(line)
    caller = Caller(actor=by)
    answer = await town.commands.run(caller, read.command.name, dict(read.values), confirmed=read.confirmed)
    return as_data(answer, translator("en"), "UTC")


async def logged(town: Town, community: CommunityId) -> list[tuple[str, str, str | None, str | None]]:
    """The audit log of a community, the oldest first."""
    async with town.store.read() as tx:
        lines = await tx.journal.logged(community, 100)
    return [(each.action, each.subject, each.before, each.after) for each in reversed(lines)]
