"""Servers of chat networks: who invites the bot, whether it stays, and what it may do there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import StrEnum

from bot.domain.events import Joined, Left, Moved, Outcome
from bot.domain.model import Channel, CommunityId, Ref, Role, Server, ServerStanding, network_of
from bot.domain.orders import Leave, Notice
from bot.domain.telling import Sentence
from bot.errors import RequestError
from bot.governing.founding import called, found
from bot.governing.moving import channel_at, move, settle
from bot.governing.whereabouts import Whereabouts
from bot.office import Act, Office
from bot.ports.moderation import Actor
from bot.ports.stores import Tx
from bot.reopening import reopen

ASKED = "Somebody has invited the bot into the server “{server}”. It waits for: tribune server admit {ref}"
ASKED_BY = "{name} has invited the bot into the server “{server}”. It waits for: tribune server admit {ref}"
LEFT = "The bot is no longer in the server “{server}”: {why} Subscriptions that are suspended now: {count}."
BACK = "The bot is back in the server “{server}”. Subscriptions that go on: {count}."
CLOSED = "The bot cannot post in the channel “{channel}” any more: {why} Subscriptions that are suspended now: {count}."
WHY = {
    ServerStanding.LEFT: "It was removed while it was away.",
    ServerStanding.REFUSED: "The operator of this Tribune does not want it there.",
}
"""Why the bot is not in a server any more, where its network did not say."""

NOT_KNOWN = (
    "This Tribune works only in servers that its operator knows. The operator can let this one in with “tribune server "
    "admit {ref}”; then invite the bot again."
)
REFUSED = (
    "The operator of this Tribune does not want the bot in this server. The operator can let it in with “tribune "
    "server admit {ref}”; then invite the bot again."
)
_FOR_OPERATORS = "This is for the operator of this Tribune."
_NO_COMMUNITY = "There is no such community."
_ELSEWHERE = (
    "The channels of this server belong to {community}. Admit it there, or make the two communities one: "
    "“community join”."
)


class Unknown(StrEnum):
    """What becomes of a server that belongs to no community; the values stand in the configuration."""

    REFUSE = "refuse"
    ASK = "ask"
    OWN = "own"


class ServerDesk:
    """See `bot.ports.governing.ServersDesk`; and what networks tell of their servers.

    A server without a name is one that the bot has never been in: it was admitted in advance.
    """

    def __init__(self, office: Office, unknown: Mapping[str, Unknown], whereabouts: Whereabouts | None = None) -> None:
        """`unknown` is by network; a server of another one is asked about."""
        self._office = office
        self._unknown = unknown
        self._whereabouts = whereabouts or Whereabouts(office, {})

    # --- what the operator decides ---

    async def servers(self, by: Actor) -> Sequence[Server]:
        _need(by)
        async with self._office.read() as tx:
            return await tx.places.servers()

    async def admit(self, by: Actor, server: Ref, community_id: CommunityId | None) -> Server:
        async def work(act: Act) -> Server:
            _need(by)
            before = await act.tx.places.server(server) or _fresh(act, server)
            target = await _target(act, before, community_id)
            away = before.standing in (ServerStanding.REFUSED, ServerStanding.LEFT)
            standing = ServerStanding.LEFT if away else ServerStanding.ADMITTED
            after = replace(before, standing=standing, community_id=target, at=act.now)
            if (before.standing, before.community_id) == (after.standing, after.community_id):
                return before
            await act.tx.places.put_server(after)
            await act.log(target, by.account_id, "server.admit", _subject(server), after=_shown(after))
            act.aftermath.changed(target)
            return after

        return await self._office.act(work)

    async def refuse(self, by: Actor, server: Ref) -> Server:
        async def work(act: Act) -> Server:
            _need(by)
            before = await act.tx.places.server(server) or _fresh(act, server)
            if before.standing is ServerStanding.REFUSED:
                return before
            after = replace(before, standing=ServerStanding.REFUSED, at=act.now)
            await act.tx.places.put_server(after)
            why = WHY[after.standing]
            count = await _suspend(act.tx, server, why=why)
            community_id = before.community_id or by.community_id
            await act.log(community_id, by.account_id, "server.refuse", _subject(server), before=_shown(before))
            if before.standing is ServerStanding.ADMITTED and before.community_id is not None:
                await _tell(
                    act,
                    before.community_id,
                    Sentence(key=LEFT, values={"server": _shown(before), "why": why, "count": str(count)}),
                )
            act.aftermath.order(Leave(server=server), lane=server)
            act.aftermath.changed(community_id)
            return after

        return await self._office.act(work)

    # --- what networks tell ---

    async def joined(self, event: Joined) -> Outcome:
        """The bot is in a server; an outcome that refuses means that it has to leave. Raises StorageError."""
        async with self._office.read() as tx:
            known = await tx.places.server(event.server)
        if known is None:
            await self._whereabouts.note(network_of(event.server))

        async def work(act: Act) -> Outcome:
            outcome = await self._joined(act, event)
            if outcome.refused is None:
                await settle(act, event)
            return outcome

        return await self._office.act(work)

    async def left(self, event: Left) -> Outcome:
        """A server or a channel is gone: what went there is suspended, and its admins are told. Raises
        StorageError."""

        async def work(act: Act) -> Outcome:
            server = await act.tx.places.server(event.place)
            if server is not None:
                await _leave(act, server, why=event.why)
            for channel in await act.tx.places.channels():
                if channel.ref == event.place:
                    await _close(act, channel, event.why)
            return Outcome()

        return await self._office.act(work)

    async def moved(self, event: Moved) -> Outcome:
        """A server or a channel was replaced by another one. Raises StorageError."""
        await self._office.act(lambda act: move(act, event))
        return Outcome()

    async def present(self, network: str, servers: frozenset[Ref]) -> None:
        """The bot is in these servers of a network: it has left all others. Raises StorageError."""
        await self._whereabouts.note(network)

        async def work(act: Act) -> None:
            for each in await act.tx.places.servers(network):
                if each.ref not in servers and each.name:
                    await _leave(act, each, why=WHY[ServerStanding.LEFT])

        await self._office.act(work)

    async def _joined(self, act: Act, event: Joined) -> Outcome:
        known = await act.tx.places.server(event.server)
        if known is None:
            return await self._first(act, event)
        named = replace(known, name=called(event.name) or known.name or _number(known.ref))
        match known.standing:
            case ServerStanding.REFUSED:
                await _rename(act, known, named)
                return Outcome(refused=REFUSED, values=(("ref", short(known.ref)),))
            case ServerStanding.ASKED:
                await _rename(act, known, named)
            case _ if known.community_id is None:
                return await self._first(act, event)
            case ServerStanding.LEFT:
                await _return(act, named, known.community_id, first=not known.name)
            case ServerStanding.ADMITTED:
                await _rename(act, known, named)
        return Outcome()

    async def _first(self, act: Act, event: Joined) -> Outcome:
        """A server that belongs to no community yet, unless a channel in it does."""
        community_id = await _of_channels(act.tx, event.server)
        if community_id is None and event.channel is not None:
            channel = await channel_at(act.tx, event.channel)
            community_id = channel.community_id if channel is not None else None
        policy = self._unknown.get(network_of(event.server), Unknown.ASK)
        if community_id is None and policy is Unknown.REFUSE:
            return Outcome(refused=NOT_KNOWN, values=(("ref", short(event.server)),))
        server = Server(
            ref=event.server,
            name=called(event.name) or _number(event.server),
            standing=ServerStanding.ASKED,
            community_id=None,
            invited_by=called(event.by.name) if event.by is not None else "",
            at=act.now,
        )
        if community_id is None and policy is Unknown.ASK:
            await _ask(act, server)
        else:
            await _admit(act, server, community_id or await found(act, server.ref, server.name))
        return Outcome()


def short(server: Ref) -> str:
    """A server's reference as the configuration writes it: "discord:1234"."""
    return server.replace(":server/", ":", 1)


def _need(by: Actor) -> None:
    if not by.role.allows(Role.OPERATOR):
        raise RequestError(_FOR_OPERATORS)


def _fresh(act: Act, server: Ref) -> Server:
    """A server that the bot has not been in."""
    return Server(ref=server, name="", standing=ServerStanding.ASKED, community_id=None, at=act.now)


def _number(server: Ref) -> str:
    return server.rpartition("/")[2]


def _subject(server: Ref) -> str:
    return f"server:{_number(server)}"


def _shown(server: Server) -> str:
    return server.name or short(server.ref)


async def _target(act: Act, server: Server, wanted: CommunityId | None) -> CommunityId:
    """The community that a server is to belong to. Raises RequestError."""
    there = await _of_channels(act.tx, server.ref)
    if wanted is None:
        return there or server.community_id or await found(act, server.ref, server.name)
    names = {each.id: each.name for each in await act.tx.places.communities()}
    if wanted not in names:
        raise RequestError(_NO_COMMUNITY)
    if there is not None and there != wanted:
        raise RequestError(_ELSEWHERE, community=names[there])
    return wanted


async def _channels(tx: Tx, server: Ref) -> list[Channel]:
    return [each for each in await tx.places.channels() if each.server == server]


async def _of_channels(tx: Tx, server: Ref) -> CommunityId | None:
    """The community of the first channel that is known in a server."""
    return next((each.community_id for each in await _channels(tx, server)), None)


async def _suspend(tx: Tx, server: Ref, *, why: str) -> int:
    return sum([await tx.places.suspend(each.id, why) for each in await _channels(tx, server)])


async def _tell(act: Act, community_id: CommunityId, told: Sentence) -> None:
    values = tuple((name, str(value)) for name, value in told.values.items())
    notice = Notice(community_id=community_id, key=told.key, values=values, at=act.now)
    await act.tx.journal.notify([notice])
    act.aftermath.changed(community_id)


async def _ask(act: Act, server: Server) -> None:
    """The operator is asked in the community at the root of the page."""
    await act.tx.places.put_server(server)
    default = await _default(act.tx)
    await act.log(default, None, "server.ask", _subject(server.ref), after=server.name)
    told = {"server": server.name, "ref": short(server.ref)}
    if server.invited_by:
        await _tell(act, default, Sentence(key=ASKED_BY, values={"name": server.invited_by, **told}))
    else:
        await _tell(act, default, Sentence(key=ASKED, values=told))


async def _default(tx: Tx) -> CommunityId:
    return next(each.id for each in await tx.places.communities() if each.default)


async def _admit(act: Act, server: Server, community_id: CommunityId) -> None:
    await act.tx.places.put_server(replace(server, standing=ServerStanding.ADMITTED, community_id=community_id))
    await act.log(community_id, None, "server.admit", _subject(server.ref), after=server.name)
    act.aftermath.changed(community_id)


async def _rename(act: Act, before: Server, after: Server) -> None:
    if before.name == after.name:
        return
    await act.tx.places.put_server(after)
    if before.name and before.community_id is not None:
        subject = _subject(before.ref)
        await act.log(before.community_id, None, "server.rename", subject, before=before.name, after=after.name)


async def _return(act: Act, server: Server, community_id: CommunityId, *, first: bool) -> None:
    """To be invited back ends the suspension that leaving caused. `first`: it was admitted before it was ever there."""
    await act.tx.places.put_server(replace(server, standing=ServerStanding.ADMITTED, at=act.now))
    count = sum([await reopen(act.tx, each.id, act.now) for each in await _channels(act.tx, server.ref)])
    await act.log(community_id, None, "server.return", _subject(server.ref), after=server.name)
    if not first:
        await _tell(act, community_id, Sentence(key=BACK, values={"server": server.name, "count": str(count)}))


async def _leave(act: Act, server: Server, *, why: str) -> None:
    if server.standing not in (ServerStanding.ADMITTED, ServerStanding.ASKED):
        return
    await act.tx.places.put_server(replace(server, standing=ServerStanding.LEFT, at=act.now))
    count = await _suspend(act.tx, server.ref, why=why)
    community_id = server.community_id or await _default(act.tx)
    await act.log(community_id, None, "server.leave", _subject(server.ref), before=_shown(server))
    if server.community_id is not None:
        await _tell(
            act, community_id, Sentence(key=LEFT, values={"server": _shown(server), "why": why, "count": str(count)})
        )


async def _close(act: Act, channel: Channel, why: str) -> None:
    here = [each for each in await act.tx.places.subscriptions() if each.channel.id == channel.id]
    if all(each.suspended is not None for each in here):
        return
    count = await act.tx.places.suspend(channel.id, why)
    await act.log(channel.community_id, None, "channel.leave", f"channel:{channel.id}", before=channel.name)
    await _tell(
        act,
        channel.community_id,
        Sentence(key=CLOSED, values={"channel": channel.name, "why": why, "count": str(count)}),
    )
