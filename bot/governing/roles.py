"""Who may do what."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from bot.domain.model import Account, Channel, CommunityId, MemberId, Role
from bot.errors import RequestError
from bot.office import Act, Office, accounts_of, need
from bot.ports.governing import RoleLine
from bot.ports.moderation import Actor
from bot.ports.people import Invitations
from bot.ports.stores import Tx

PAGE = "web"  # the network of those who sign in by a link
IN_CHANNELS = (Role.MODERATOR, Role.ADMIN)

_TOO_MUCH = "You cannot hand out more than you have."
_AS_MUCH = "{name} has as much as you: only somebody with more can change that."
_LAST = "{name} is the last admin of {community}. Make somebody else an admin first: role grant NAME admin"
_NOTHING = "Nothing was granted to {name} here. “role list” shows what was."
_NOT_IN_CHANNELS = "In a single channel there are moderators and admins. For the whole community leave the channel out."
_NO_PAGE = "This Tribune has no page to sign in on. The operator can turn it on: `enabled = true` under [web]."


class RoleDesk:
    """See `bot.ports.governing.RolesDesk`."""

    def __init__(self, office: Office, links: Invitations | None) -> None:
        self._office = office
        self._links = links

    async def grant(self, by: Actor, member_id: MemberId, role: Role, channel: Channel | None) -> None:
        async def work(act: Act) -> None:
            account = await _changeable(act, by, member_id, role, channel)
            if channel is not None:
                await _set_there(act, by, member_id, role, channel)
                return
            before = await act.tx.standings.get(by.community_id, member_id)
            if not role.allows(Role.ADMIN):
                await _not_the_last(act.tx, by.community_id, account)
            await act.tx.members.grant(by.community_id, member_id, role)
            await _log(act, by, "role.grant", member_id, before.role if before.role_set else None, role)

        await self._office.act(work)

    async def revoke(self, by: Actor, member_id: MemberId, channel: Channel | None) -> None:
        async def work(act: Act) -> None:
            account = await _changeable(act, by, member_id, None, channel)
            if channel is not None:
                await _set_there(act, by, member_id, None, channel, name=account.name)
                return
            before = await act.tx.standings.get(by.community_id, member_id)
            if not before.role_set:
                raise RequestError(_NOTHING, name=account.name)
            await _not_the_last(act.tx, by.community_id, account)
            await act.tx.members.revoke(by.community_id, member_id)
            await _log(act, by, "role.revoke", member_id, before.role, None)

        await self._office.act(work)

    async def granted(self, by: Actor, channel: Channel | None) -> Sequence[RoleLine]:
        async with self._office.read() as tx:
            channels = {each.id: each for each in await tx.places.channels() if each.community_id == by.community_id}
            held = await tx.standings.granted(by.community_id)
        return [
            RoleLine(
                member_id=each.member_id,
                name=each.name,
                role=each.role,
                channel=None if each.channel_id is None else channels[each.channel_id],
            )
            for each in held
            if channel is None or each.channel_id == channel.id
        ]

    async def invite(self, by: Actor, role: Role, *, name: str | None, lifetime: timedelta) -> str:
        need(by, Role.ADMIN)
        if self._links is None:
            raise RequestError(_NO_PAGE)
        if not by.role.allows(role):
            raise RequestError(_TOO_MUCH)
        account = await self._registered(by, name) if name is not None else None
        address = await self._links.sign_in(
            by.community_id,
            role=role,
            name=name if account is None else None,
            account_id=None if account is None else account.id,
            lifetime=lifetime,
            now=self._office.now(),
        )
        await self._office.act(lambda act: _invited(act, by, role, account))
        return address

    async def _registered(self, by: Actor, name: str) -> Account | None:
        """Who has this name on the page: a link for somebody with as much as oneself would be a way to become them."""
        async with self._office.read() as tx:
            account = await tx.members.registered(by.community_id, PAGE, name)
            if account is not None:
                await _below(tx, by, account, None)
        return account


async def _changeable(act: Act, by: Actor, member_id: MemberId, role: Role | None, channel: Channel | None) -> Account:
    """The account of a member whose role may be changed. Raises RequestError."""
    held = await _held(act.tx, by, channel)
    if not held.allows(Role.ADMIN):
        need(by, Role.ADMIN)
    if channel is not None and role is not None and role not in IN_CHANNELS:
        raise RequestError(_NOT_IN_CHANNELS)
    if role is not None and not held.allows(role):
        raise RequestError(_TOO_MUCH)
    account = (await accounts_of(act, by, member_id))[0]
    await _below(act.tx, by, account, channel)
    return account


async def _held(tx: Tx, by: Actor, channel: Channel | None) -> Role:
    """What somebody has in a channel, or in the community."""
    return await _role_in(tx, by.community_id, by.member_id, by.role, channel)


async def _role_in(
    tx: Tx, community_id: CommunityId, member_id: MemberId | None, everywhere: Role, channel: Channel | None
) -> Role:
    if channel is None or member_id is None:
        return everywhere
    there = (await tx.standings.channel_roles(community_id, member_id)).get(channel.id, Role.READER)
    return max(everywhere, there, key=lambda each: each.rank)


async def _below(tx: Tx, by: Actor, account: Account, channel: Channel | None) -> None:
    if by.role is Role.OPERATOR:
        return
    standing = await tx.standings.get(by.community_id, account.member_id)
    theirs = await _role_in(tx, by.community_id, account.member_id, standing.role, channel)
    if theirs.rank >= (await _held(tx, by, channel)).rank:
        raise RequestError(_AS_MUCH, name=account.name)


async def _not_the_last(tx: Tx, community_id: CommunityId, account: Account) -> None:
    """Raise RequestError where a community would be without an admin."""
    admins = {
        each.member_id
        for each in await tx.standings.granted(community_id)
        if each.channel_id is None and each.role.allows(Role.ADMIN) and not each.banned
    }
    if admins == {account.member_id}:
        names = {each.id: each.name for each in await tx.places.communities()}
        raise RequestError(_LAST, name=account.name, community=names[community_id])


async def _set_there(
    act: Act, by: Actor, member_id: MemberId, role: Role | None, channel: Channel, name: str = ""
) -> None:
    before = (await act.tx.standings.channel_roles(by.community_id, member_id)).get(channel.id)
    if role is None and before is None:
        raise RequestError(_NOTHING, name=name)
    await act.tx.standings.set_channel_role(channel.id, member_id, role)
    await _log(act, by, "role.grant" if role else "role.revoke", member_id, before, role, channel)


async def _invited(act: Act, by: Actor, role: Role, account: Account | None) -> None:
    subject = f"community:{by.community_id}" if account is None else f"member:{account.member_id}"
    await act.log(by.community_id, by.account_id, "role.invite", subject, after=role.value)


async def _log(
    act: Act,
    by: Actor,
    action: str,
    member_id: MemberId,
    before: Role | None,
    after: Role | None,
    channel: Channel | None = None,
) -> None:
    where = "" if channel is None else f" channel:{channel.id}"
    was, now = (None if each is None else f"{each.value}{where}" for each in (before, after))
    await act.log(by.community_id, by.account_id, action, f"member:{member_id}", before=was, after=now)
    act.aftermath.changed(by.community_id)
