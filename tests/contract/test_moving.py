"""Channels and servers that were replaced by others, and channels that the bot is in again. On both engines."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from bot.domain.events import Joined, Left, Moved, Outcome
from bot.domain.model import Channel, CommunityId, Ref, ServerStanding
from bot.governing import Unknown
from bot.ports.stores import Tx
from tests.contract.commands.saying import logged, operator
from tests.contract.test_servers import admitted, server_of, subscribed, suspended, told
from tests.end_to_end.small import Town, small_town

OLD, NEW = Ref("chat:9"), Ref("chat:10")
OLD_SERVER, NEW_SERVER, SPACE = Ref("chat:server/9"), Ref("chat:server/10"), Ref("chat:server/5")
MOVED = "The channel “9” was replaced by another one on its network: what went there goes to the new one."


async def moved(town: Town) -> None:
    """A room that is its own server was replaced by another one."""
    for place, to in ((OLD_SERVER, NEW_SERVER), (OLD, NEW)):
        assert await town.servers.moved(Moved(place=place, to=to, at=town.clock.now())) == Outcome()


async def joined(town: Town, server: Ref, name: str = "Readers", channel: Ref | None = None) -> Outcome:
    return await town.servers.joined(Joined(server=server, name=name, at=town.clock.now(), channel=channel))


async def channels(town: Town) -> Sequence[Channel]:
    """Those of the chat."""
    async with town.store.read() as tx:
        return [each for each in await tx.places.channels() if each.ref.startswith("chat:")]


async def places(town: Town) -> list[tuple[Ref, Ref | None]]:
    return [(each.ref, each.server) for each in await channels(town)]


async def a_room(town: Town) -> CommunityId:
    """A town with a room that is its own server and gets a feed."""
    community = await town.community("town", default=True)
    await admitted(town, community, OLD_SERVER)
    await subscribed(town, community, "9", OLD_SERVER)
    return community


async def test_what_goes_to_a_room_goes_to_the_one_that_replaces_it(database_url: str) -> None:
    async with small_town(database_url, unknown={"chat": Unknown.REFUSE}) as town:
        community = await a_room(town)
        before = await channels(town)
        for _ in range(2):
            await moved(town)
        assert [each.id for each in await channels(town)] == [each.id for each in before]
        assert await places(town) == [(NEW, NEW_SERVER)]
        assert await suspended(town) == {NEW: None}
        new = await server_of(town, NEW_SERVER)
        assert new is not None
        assert (new.standing, new.community_id, new.name) == (ServerStanding.ADMITTED, community, "Readers")
        assert await server_of(town, OLD_SERVER) is None
        assert await joined(town, NEW_SERVER, channel=NEW) == Outcome()
        assert await told(town, community) == [MOVED]
        actions = [each[0] for each in await logged(town, community)]
        assert actions == ["server.admit", "server.move", "channel.move"]


@pytest.mark.parametrize("policy", [Unknown.ASK, Unknown.OWN])
async def test_it_does_not_matter_which_is_told_first_the_move_or_the_new_room(
    database_url: str, policy: Unknown
) -> None:
    async with small_town(database_url, unknown={"chat": policy}) as town:
        community = await a_room(town)
        await joined(town, NEW_SERVER, "Readers, anew")
        await moved(town)
        await moved(town)
        assert await places(town) == [(NEW, NEW_SERVER)]
        new = await server_of(town, NEW_SERVER)
        assert new is not None
        assert (new.standing, new.community_id, new.name) == (ServerStanding.ADMITTED, community, "Readers, anew")
        assert (await told(town, community)).count(MOVED) == 1


async def test_what_the_operator_refused_is_not_let_in_by_a_move(database_url: str) -> None:
    async with small_town(database_url) as town:
        community = await a_room(town)
        await town.servers.refuse(operator(community), NEW_SERVER)
        await moved(town)
        new = await server_of(town, NEW_SERVER)
        assert new is not None
        assert new.standing is ServerStanding.REFUSED
        assert (await joined(town, NEW_SERVER)).refused is not None


async def test_a_room_in_a_space_stays_in_it_and_a_space_takes_its_rooms_along(database_url: str) -> None:
    async with small_town(database_url) as town:
        community = await town.community("town", default=True)
        await admitted(town, community, SPACE)
        await subscribed(town, community, "9", SPACE)
        await moved(town)
        assert await places(town) == [(NEW, SPACE)]
        space = Ref("chat:server/6")
        for _ in range(2):
            await town.servers.moved(Moved(place=SPACE, to=space, at=town.clock.now()))
        assert await places(town) == [(NEW, space)]
        assert await server_of(town, SPACE) is None


async def test_a_move_ends_a_suspension(database_url: str) -> None:
    async with small_town(database_url) as town:
        await a_room(town)
        await town.servers.left(Left(place=OLD, why="It was removed.", at=town.clock.now()))
        await moved(town)
        assert await suspended(town) == {NEW: None}


async def test_a_channel_that_is_taken_is_left_alone(database_url: str) -> None:
    async with small_town(database_url) as town:
        community = await a_room(town)
        await subscribed(town, community, "10", None)
        await moved(town)
        assert [ref for ref, _ in await places(town)] == [OLD, NEW]
        assert await told(town, community) == []


async def test_a_move_of_what_nobody_knows_is_nothing(database_url: str) -> None:
    async with small_town(database_url) as town:
        community = await town.community("town", default=True)
        await moved(town)
        assert (await places(town), await server_of(town, NEW_SERVER), await told(town, community)) == ([], None, [])


async def test_who_is_back_in_a_channel_has_it_go_on(database_url: str) -> None:
    async with small_town(database_url) as town:
        community = await town.community("town", default=True)
        await admitted(town, community, SPACE)
        here, there = await subscribed(town, community, "9", SPACE), await subscribed(town, community, "8", SPACE)
        for each in (here, there):
            await town.servers.left(Left(place=each, why="It was removed.", at=town.clock.now()))
        for _ in range(2):
            await joined(town, SPACE, channel=here)
        assert await suspended(town) == {here: None, there: "It was removed."}
        back = "The bot can post in the channel “9” again. Subscriptions that go on: 1."
        assert (await told(town, community))[2:] == [back]


async def test_the_space_that_a_room_comes_into_belongs_to_the_rooms_community(database_url: str) -> None:
    async with small_town(database_url, unknown={"chat": Unknown.REFUSE}) as town:
        await town.community("town", default=True)
        village = await town.community("village", default=False)
        await admitted(town, village, OLD_SERVER)
        await subscribed(town, village, "9", OLD_SERVER)
        assert await joined(town, SPACE, "Village", channel=OLD) == Outcome()
        space = await server_of(town, SPACE)
        assert space is not None
        assert (space.standing, space.community_id) == (ServerStanding.ADMITTED, village)
        assert await places(town) == [(OLD, SPACE)]


async def test_a_server_of_others_does_not_get_a_channel(database_url: str) -> None:
    async with small_town(database_url, unknown={"chat": Unknown.REFUSE}) as town:
        community = await a_room(town)
        village = await town.community("village", default=False)
        await admitted(town, village, SPACE)
        await joined(town, SPACE, channel=OLD)
        assert await places(town) == [(OLD, OLD_SERVER)]
        await town.servers.refuse(operator(community), SPACE)
        assert (await joined(town, SPACE, channel=OLD)).refused is not None
        assert await places(town) == [(OLD, OLD_SERVER)]


async def test_references_are_moved_in_the_store(database_url: str) -> None:
    async with small_town(database_url) as town:
        community = await a_room(town)
        await subscribed(town, community, "8", OLD_SERVER)
        first, second = await channels(town)

        async def work(tx: Tx) -> tuple[bool, bool]:
            await tx.places.move_server(OLD_SERVER, NEW_SERVER)
            taken = await tx.places.move_channel(first.id, second.ref)
            return taken, await tx.places.move_channel(first.id, NEW)

        assert await town.store.write(work) == (False, True)
        assert await places(town) == [(NEW, NEW_SERVER), (second.ref, NEW_SERVER)]
        assert await server_of(town, OLD_SERVER) is None
