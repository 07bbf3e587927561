"""What the outbox could not do: listed for whom it concerns, tried again, dropped."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.model import CommunityId, OutboxId, PostId, PostState, Ref, Role, Visibility
from bot.domain.orders import Lease, NewOrder, OutboxState, Publish, Speak, Step, Tell
from bot.errors import RequestError
from bot.ports.commands import Unconfirmed
from bot.ports.stores import Tx
from tests.contract.commands.saying import logged, operator, say, somebody
from tests.end_to_end.small import Town, small_town

SQUARE = Ref("chat:square")


async def parked_post(town: Town, community: CommunityId) -> PostId:
    """A post in a chat that the network refused."""
    discussion = await town.article("Bridge opened", "town")

    async def work(tx: Tx) -> PostId:
        channel = await tx.places.put_channel(
            community, SQUARE, "Square", language="en", zone="UTC", visibility=Visibility.PRIVATE
        )
        (feed,) = await tx.feeds.all()
        await tx.places.subscribe(feed.id, channel, backlog=3)
        subscription = next(each for each in await tx.places.subscriptions() if each.channel.id == channel)
        (post, *_) = await tx.posts.of_discussion(discussion)
        made = await tx.posts.order(post.article_id, subscription, now=town.clock.now())
        assert made is not None
        await tx.outbox.put([order(town, Publish(post_id=made), SQUARE)])
        return made

    made = await town.store.write(work)
    await park(town)
    await town.store.write(lambda tx: tx.posts.set(made, state=PostState.FAILED, now=town.clock.now()))
    return made


def order(town: Town, what: Publish | Speak | Tell, lane: str) -> NewOrder:
    return NewOrder(order=what, lane=lane, key=f"own{next(town.numbers)}", created_at=town.clock.now())


async def lease(town: Town) -> Lease:
    now = town.clock.now()
    (held,) = await town.store.write(
        lambda tx: tx.outbox.claim("other", now, until=now + timedelta(minutes=1), limit=1, networks=["chat"])
    )
    return held


async def park(town: Town) -> None:
    held = await lease(town)

    async def work(tx: Tx) -> None:
        item = await tx.outbox.head(held)
        assert item is not None
        await tx.outbox.finish(held, item.id, OutboxState.PARKED, "No.", steps=(), now=town.clock.now())
        await tx.outbox.release(held)

    await town.store.write(work)


async def state_of(town: Town, post: PostId) -> PostState:
    async with town.store.read() as tx:
        found = await tx.posts.get(post)
    assert found is not None
    return found.state


async def test_what_is_parked_is_listed_and_tried_again(database_url: str) -> None:
    async with small_town(database_url) as town:
        community = await town.community("town", default=True)
        ada = await somebody(town, community, "Ada", Role.ADMIN)
        post = await parked_post(town, community)
        (listing,) = await say(town, ada, "outbox list")
        (line,) = listing["rows"]
        assert (line["what"], line["where"], line["article"], line["answer"]) == (
            "post an article",
            "Square",
            "Bridge opened",
            "No.",
        )
        with pytest.raises(RequestError, match="Which one"):
            await say(town, ada, "outbox retry")
        (said,) = await say(town, ada, f"outbox retry {line['number']}")
        assert said["text"] == "1 is tried again."
        assert await state_of(town, post) is PostState.PENDING
        assert (await say(town, ada, "outbox list"))[0]["rows"] == []
        assert len((await say(town, ada, "outbox list --state pending"))[0]["rows"]) == 1
        held = await lease(town)
        async with town.store.read() as tx:
            head = await tx.outbox.head(held)
        assert head is not None
        assert head.id == line["number"]
        assert ("outbox.retry", f"outbox:{line['number']}", "parked", "pending") in await logged(town, community)


async def test_what_is_dropped_never_comes(database_url: str) -> None:
    async with small_town(database_url) as town:
        community = await town.community("town", default=True)
        ada = await somebody(town, community, "Ada", Role.ADMIN)
        post = await parked_post(town, community)
        number = (await say(town, ada, "outbox list"))[0]["rows"][0]["number"]
        await say(town, ada, "outbox retry --all")
        with pytest.raises(Unconfirmed):
            await say(town, ada, f"outbox drop {number}")
        await say(town, ada, f"outbox drop {number} --yes")
        assert await state_of(town, post) is PostState.SKIPPED
        with pytest.raises(RequestError, match="There is no number"):
            await say(town, ada, f"outbox retry {number}")


async def test_what_is_under_way_is_not_dropped_and_is_when_its_lease_is_over(database_url: str) -> None:
    async with small_town(database_url) as town:
        community = await town.community("town", default=True)
        ada = await somebody(town, community, "Ada", Role.ADMIN)
        await parked_post(town, community)
        await say(town, ada, "outbox retry --all")
        held = await lease(town)
        now = town.clock.now()

        async def mark(tx: Tx) -> OutboxId:
            item = await tx.outbox.head(held)
            assert item is not None
            assert await tx.outbox.save(held, item.id, (Step(name="post", marked_at=now),))
            return item.id

        number = await town.store.write(mark)
        with pytest.raises(RequestError, match="being worked on"):
            await say(town, ada, f"outbox drop {number} --yes")
        town.clock.time += timedelta(minutes=2)
        await say(town, ada, f"outbox drop {number} --yes")
        assert not await town.store.write(lambda tx: tx.outbox.save(held, number, ()))


async def test_rows_are_their_communitys_or_the_operators(database_url: str) -> None:
    async with small_town(database_url) as town:
        community = await town.community("town", default=True)
        village = await town.community("village", default=False)
        ada, eve = (
            await somebody(town, community, "Ada", Role.ADMIN),
            await somebody(town, village, "Eve", Role.ADMIN),
        )
        await parked_post(town, community)
        nobodys = Tell(account=Ref("chat:account/x"), html="<p>Hello.</p>", language="en", marker="m")
        await town.store.write(lambda tx: tx.outbox.put([order(town, nobodys, nobodys.account)]))
        await park(town)
        assert len((await say(town, ada, "outbox list"))[0]["rows"]) == 1
        assert (await say(town, eve, "outbox list"))[0]["rows"] == []
        rows = (await say(town, operator(community), "outbox list"))[0]["rows"]
        assert [each["what"] for each in rows] == ["post an article", "tell somebody something"]
        for by, row in ((eve, rows[0]), (ada, rows[1])):
            with pytest.raises(RequestError, match="There is no number"):
                await say(town, by, f"outbox retry {row['number']}")
        assert (await say(town, operator(community), "outbox retry --all"))[0]["text"] == "2 are tried again."
