"""Servers of chat networks: invited, admitted, refused, left, and back. On both engines."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest

from bot.domain.events import Joined, Left, Outcome, Who
from bot.domain.model import CommunityId, Ref, Server, ServerStanding, Visibility
from bot.domain.orders import Notice
from bot.errors import NetworkUnavailable, RequestError
from bot.governing import Unknown
from bot.ports.stores import Tx
from tests.contract.commands.saying import logged, operator
from tests.end_to_end.small import START, Town, small_town
from tests.servers.chat import Chat

ONE, TWO = Ref("chat:server/1"), Ref("chat:server/2")
EVE = Who(ref=Ref("chat:account/eve"), name="Eve\n@everyone")


def chat_of(town: Town) -> Chat:
    town.networks["chat"] = chat = Chat()
    return chat


async def invited(town: Town, server: Ref = ONE, name: str = "Readers", by: Who | None = EVE) -> Outcome:
    return await town.servers.joined(Joined(server=server, name=name, at=town.clock.now(), by=by))


async def server_of(town: Town, ref: Ref = ONE) -> Server | None:
    async with town.store.read() as tx:
        return await tx.places.server(ref)


async def standing(town: Town, ref: Ref = ONE) -> tuple[ServerStanding, CommunityId | None]:
    server = await server_of(town, ref)
    assert server is not None
    return server.standing, server.community_id


async def notices(town: Town, community: CommunityId) -> Sequence[Notice]:
    async with town.store.read() as tx:
        return await tx.journal.notices(community, 100)


async def told(town: Town, community: CommunityId) -> list[str]:
    """What the admins of a community were told, the oldest first."""
    return [each.key.format(**dict(each.values)) for each in reversed(await notices(town, community))]


async def admitted(town: Town, community: CommunityId, server: Ref = ONE, name: str = "Readers") -> None:
    await town.servers.admit(operator(community), server, community)
    await invited(town, server, name)


async def subscribed(town: Town, community: CommunityId, channel: str, server: Ref | None) -> Ref:
    """A channel of the chat that gets a feed."""
    ref = Ref(f"chat:{channel}")

    async def work(tx: Tx) -> None:
        made = await tx.places.put_channel(
            community, ref, channel, language="en", zone="UTC", visibility=Visibility.PRIVATE
        )
        await tx.places.place_in(made, server)
        address = f"https://{channel}.example/feed"
        feed = await tx.feeds.add(address, interval=timedelta(hours=1), from_config=False, now=START)
        await tx.places.subscribe(feed, made, backlog=3)

    await town.store.write(work)
    return ref


async def suspended(town: Town) -> dict[str, str | None]:
    async with town.store.read() as tx:
        return {each.channel.ref: each.suspended for each in await tx.places.subscriptions()}


async def test_an_unknown_server_is_asked_about_once(database_url: str) -> None:
    async with small_town(database_url, unknown={"chat": Unknown.ASK}) as town:
        community = await town.community("town", default=True)
        for _ in range(3):
            assert await invited(town) == Outcome()
        assert await standing(town) == (ServerStanding.ASKED, None)
        assert await told(town, community) == [
            "Eve @everyone has invited the bot into the server “Readers”. It waits for: tribune server admit chat:1"
        ]
        assert await logged(town, community) == [("server.ask", "server:1", None, "Readers")]
        await invited(town, TWO, by=None)
        assert "Somebody has invited" in (await told(town, community))[1]
        await town.servers.admit(operator(community), ONE, community)
        assert await standing(town) == (ServerStanding.ADMITTED, community)


async def test_an_unknown_server_is_refused_with_what_the_operator_can_do(database_url: str) -> None:
    async with small_town(database_url, unknown={"chat": Unknown.REFUSE}) as town:
        community = await town.community("town", default=True)
        outcome = await invited(town)
        assert outcome.refused is not None
        assert "tribune server admit chat:1" in outcome.refused.format(**dict(outcome.values))
        assert (await server_of(town), await told(town, community)) == (None, [])
        await town.servers.admit(operator(community), ONE, community)
        assert await invited(town) == Outcome()
        server = await server_of(town)
        assert server is not None
        assert (server.name, server.standing) == ("Readers", ServerStanding.ADMITTED)


async def test_an_unknown_server_becomes_a_community_of_its_own(database_url: str) -> None:
    async with small_town(database_url, unknown={"chat": Unknown.OWN}) as town:
        first = await town.community("town", default=True)
        for ref, name in ((ONE, "Town"), (TWO, "Café  \u202eÉté!"), (Ref("chat:server/3"), "日本")):
            for _ in range(2):
                assert await invited(town, ref, name) == Outcome()
        async with town.store.read() as tx:
            made = {each.slug: each for each in await tx.places.communities()}
        assert list(made) == ["town", "town-2", "cafe-ete", "server"]
        assert [each.slug for each in made.values() if each.default] == ["town"]
        assert await standing(town) == (ServerStanding.ADMITTED, made["town-2"].id)
        assert (made["server"].name, made["cafe-ete"].name) == ("日本", "Café Été!")
        assert await logged(town, made["town-2"].id) == [("server.admit", "server:1", None, "Town")]
        assert await logged(town, first) == []


async def test_a_server_with_a_configured_channel_belongs_to_its_community(database_url: str) -> None:
    async with small_town(database_url, unknown={"chat": Unknown.REFUSE}) as town:
        await town.community("town", default=True)
        village = await town.community("village", default=False)
        chat = chat_of(town)
        chat.put("9", "1", "news")
        await subscribed(town, village, "9", None)
        await subscribed(town, village, "404", None)
        assert await invited(town) == Outcome()
        assert await standing(town) == (ServerStanding.ADMITTED, village)
        chat.silent = NetworkUnavailable("it is away")
        assert (await invited(town, TWO)).refused is not None


async def test_what_was_refused_stays_refused_and_the_bot_leaves(database_url: str) -> None:
    async with small_town(database_url, unknown={"chat": Unknown.OWN}) as town:
        first, chat = await town.community("town", default=True), chat_of(town)
        await invited(town)
        _, own = await standing(town)
        assert own is not None
        await subscribed(town, own, "9", ONE)
        for _ in range(2):
            await town.servers.refuse(operator(first), ONE)
        await left_by(town, chat, ONE)
        assert await standing(town) == (ServerStanding.REFUSED, own)
        assert list((await suspended(town)).values()) == ["The operator of this Tribune does not want it there."]
        assert await told(town, own) == [
            "The bot is no longer in the server “Readers”: The operator of this Tribune does not want it there. "
            "Subscriptions that are suspended now: 1."
        ]
        await town.servers.left(Left(place=ONE, why="It was removed.", at=town.clock.now()))
        outcome = await invited(town, name="Readers again")
        assert outcome.refused is not None
        assert "tribune server admit chat:1" in outcome.refused.format(**dict(outcome.values))
        assert await standing(town) == (ServerStanding.REFUSED, own)
        await town.servers.admit(operator(first), ONE, None)
        assert await invited(town) == Outcome()
        assert await standing(town) == (ServerStanding.ADMITTED, own)
        assert list((await suspended(town)).values()) == [None]
        assert chat.left == [ONE]


async def left_by(town: Town, chat: Chat, server: Ref) -> None:
    """Wait until the courier has had the bot leave."""
    await town.delivered("chat")
    assert chat.left == [server]


async def test_to_leave_suspends_and_to_come_back_ends_it(database_url: str) -> None:
    async with small_town(database_url) as town:
        community = await town.community("town", default=True)
        await admitted(town, community)
        inside = await subscribed(town, community, "9", ONE)
        outside = await subscribed(town, community, "8", TWO)
        left = Left(place=ONE, why="It was thrown out.", at=town.clock.now())
        for _ in range(2):
            assert await town.servers.left(left) == Outcome()
        assert await standing(town) == (ServerStanding.LEFT, community)
        assert await suspended(town) == {inside: "It was thrown out.", outside: None}
        gone = (
            "The bot is no longer in the server “Readers”: It was thrown out. Subscriptions that are suspended now: 1."
        )
        assert await told(town, community) == [gone]
        for _ in range(2):
            assert await invited(town, name="New Readers") == Outcome()
        assert await standing(town) == (ServerStanding.ADMITTED, community)
        assert await suspended(town) == {inside: None, outside: None}
        back = "The bot is back in the server “New Readers”. Subscriptions that go on: 1."
        assert await told(town, community) == [gone, back]
        assert [each[0] for each in await logged(town, community)] == [
            "server.admit",
            "server.leave",
            "server.return",
        ]


async def test_a_channel_that_is_gone_is_suspended_alone(database_url: str) -> None:
    async with small_town(database_url) as town:
        community = await town.community("town", default=True)
        await admitted(town, community)
        gone, stays = await subscribed(town, community, "9", ONE), await subscribed(town, community, "8", ONE)
        for _ in range(2):
            await town.servers.left(Left(place=gone, why="It was deleted.", at=town.clock.now()))
            await town.servers.left(Left(place=Ref("chat:77"), why="It was deleted.", at=town.clock.now()))
        assert await suspended(town) == {gone: "It was deleted.", stays: None}
        assert await told(town, community) == [
            "The bot cannot post in the channel “9” any more: It was deleted. Subscriptions that are suspended now: 1."
        ]
        assert await standing(town) == (ServerStanding.ADMITTED, community)


async def test_what_the_bot_was_removed_from_meanwhile_is_found_at_the_next_look(database_url: str) -> None:
    async with small_town(database_url, unknown={"chat": Unknown.ASK}) as town:
        community, chat = await town.community("town", default=True), chat_of(town)
        await admitted(town, community, ONE)
        await invited(town, TWO)
        asked = Ref("chat:server/3")
        await invited(town, asked)
        early = Ref("chat:server/4")
        await town.servers.admit(operator(community), early, community)
        other = Ref("other:server/1")
        await admitted(town, community, other)
        chat.put("9", "1", "news")
        await subscribed(town, community, "9", None)
        for _ in range(2):
            await town.servers.present("chat", frozenset({TWO}))
        found = {ref: (await standing(town, ref))[0] for ref in (ONE, TWO, asked, early, other)}
        assert found == {
            ONE: ServerStanding.LEFT,
            TWO: ServerStanding.ASKED,
            asked: ServerStanding.LEFT,
            early: ServerStanding.ADMITTED,
            other: ServerStanding.ADMITTED,
        }
        assert await suspended(town) == {"chat:9": "It was removed while it was away."}
        assert len([each for each in await told(town, community) if "no longer" in each]) == 1


async def test_a_new_name_is_noted(database_url: str) -> None:
    async with small_town(database_url) as town:
        community = await town.community("town", default=True)
        await admitted(town, community)
        await invited(town, name="Writers")
        server = await server_of(town)
        assert server is not None
        assert server.name == "Writers"
        assert (await logged(town, community))[-1] == ("server.rename", "server:1", "Readers", "Writers")


async def test_a_server_cannot_be_put_beside_its_own_channels(database_url: str) -> None:
    async with small_town(database_url) as town:
        community = await town.community("town", default=True)
        village = await town.community("village", default=False)
        await admitted(town, community)
        await subscribed(town, community, "9", ONE)
        with pytest.raises(RequestError, match="belong to Town"):
            await town.servers.admit(operator(community), ONE, village)
        assert await standing(town) == (ServerStanding.ADMITTED, community)
