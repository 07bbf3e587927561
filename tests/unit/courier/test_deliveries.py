"""Orders on their way, on the real database and a network in memory that fails when it is told to."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.domain.delivery import RefillPolicy
from bot.domain.model import (
    ArticleId,
    Content,
    PostState,
    Ref,
)
from bot.domain.orders import NewOrder, OutboxState, Publish, Refresh, Speak
from bot.errors import AnswerLost, NetworkRefused, NetworkUnavailable
from bot.ports.network import Card, Say
from bot.ports.stores import Tx
from tests.servers.clock import SetClock
from tests.servers.square import Square
from tests.unit.courier.conftest import CHANNEL, HOUR, MINUTE, SECOND, START, Town


async def test_an_article_gets_its_message_its_thread_an_invitation_and_seeds(town: Town) -> None:
    await town.order(1)
    await town.deliver()
    assert town.square.calls == ["post", "thread", "say", "seed", "seed"]
    assert [emoji for _, emoji in town.square.seeds] == ["👍", "👎"]
    assert [each.text for each in town.square.messages.values()] == ["Story 1", "Story 1", "<p>Bienvenue</p>"]
    assert await town.posts() == [PostState.POSTED]


async def test_a_lane_is_done_in_order(town: Town) -> None:
    for number in range(1, 8):
        await town.order(number)
    await town.deliver()
    assert town.titles() == [f"Story {number}" for number in range(1, 8)]


async def test_before_each_call_what_was_made_before_it_is_stored(town: Town) -> None:
    stored: list[tuple[bool, bool]] = []

    class Watched(Square):
        async def open_thread(self, post: Ref, name: str, key: str) -> Ref:
            await look()
            return await super().open_thread(post, name, key)

        async def say(self, place: Ref, message: Say, key: str) -> Ref:
            await look()
            return await super().say(place, message, key)

        async def seed(self, message: Ref, emoji: str) -> None:
            await look()
            await super().seed(message, emoji)

    async def look() -> None:
        post = await town.post()
        stored.append((post.ref is not None, post.thread is not None))

    town.square = Watched()
    await town.order(1)
    await town.deliver()
    assert stored == [(True, False), (True, True), (True, True), (True, True)]


@pytest.mark.parametrize("lost_at", range(3))
async def test_a_lost_answer_is_looked_for_once_it_has_settled(town: Town, lost_at: int) -> None:
    await town.order(1)
    town.square.failures = [None] * lost_at + [AnswerLost("the connection was reset")]
    await town.deliver()
    before = len(town.square.messages)
    assert before == lost_at + 1
    town.clock.time += 11 * SECOND
    await town.deliver()
    assert len(town.square.messages) == 3
    assert await town.posts() == [PostState.POSTED]


class Keyed(Square):
    """Remembers for a day which message a key has made."""

    keys_last = 12 * HOUR

    def __init__(self, clock: SetClock) -> None:
        super().__init__()
        self._clock = clock
        self._made: dict[str, tuple[Ref, datetime]] = {}

    async def post(self, channel: Ref, card: Card, key: str) -> Ref:
        made = self._made.get(key)
        if made is not None and self._clock.now() - made[1] < 24 * HOUR:
            self._call("post")
            return made[0]
        before = set(self.messages)
        try:
            return await super().post(channel, card, key)
        finally:
            for ref in set(self.messages) - before:
                self._made[key] = ref, self._clock.now()


async def test_where_keys_are_remembered_a_lost_answer_is_asked_for_again(town: Town) -> None:
    town.square = Keyed(town.clock)
    await town.order(1)
    town.square.failures = [AnswerLost("the connection was reset")]
    await town.deliver()
    town.clock.time += 3 * SECOND
    await town.deliver()
    assert await town.posts() == [PostState.POSTED]
    assert town.titles() == ["Story 1"]
    assert "find" not in town.square.calls


async def test_a_key_is_relied_on_from_when_it_was_first_used(town: Town) -> None:
    town.square = Keyed(town.clock)
    await town.order(1)
    town.square.failures = [AnswerLost("the connection was reset"), NetworkUnavailable("down")]
    for _ in range(2):
        await town.deliver()
        town.clock.time += 3 * SECOND
    town.clock.time += 30 * HOUR
    await town.deliver()
    assert await town.posts() == [PostState.POSTED]
    assert town.titles() == ["Story 1"]
    assert "find" in town.square.calls


async def test_a_duplicate_that_a_look_finds_is_deleted(town: Town) -> None:
    await town.order(1)
    town.square.failures = [AnswerLost("the connection was reset")]
    await town.deliver()
    town.square._add("late", CHANNEL, "Story 1", "m1")
    town.clock.time += 11 * SECOND
    await town.deliver()
    assert town.titles() == ["Story 1"]


async def test_what_is_down_is_tried_again_and_nothing_overtakes(town: Town) -> None:
    await town.order(1)
    await town.order(2)
    town.square.failures = [NetworkUnavailable("down"), NetworkUnavailable("down")]
    for _ in range(3):
        await town.deliver()
        town.clock.time += MINUTE
    assert town.titles() == ["Story 1", "Story 2"]


async def test_a_network_that_names_a_time_is_not_asked_before(town: Town) -> None:
    await town.order(1)
    town.square.failures = [NetworkUnavailable("slow down", retry_after=HOUR)]
    await town.deliver()
    town.clock.time += 59 * MINUTE
    await town.deliver()
    assert town.titles() == []
    town.clock.time += MINUTE
    await town.deliver()
    assert town.titles() == ["Story 1"]


async def test_what_is_refused_is_parked_with_the_answer_and_the_lane_goes_on(town: Town) -> None:
    await town.order(1)
    await town.order(2)
    town.square.failures = [NetworkRefused("no permission to post in #plaza")]
    await town.deliver()
    assert town.titles() == ["Story 2"]
    assert await town.posts() == [PostState.FAILED, PostState.POSTED]
    async with town.store.read() as tx:
        assert await tx.outbox.counts() == {OutboxState.DONE: 1, OutboxState.PARKED: 1}


async def test_a_bug_parks_its_order_and_stops_nothing_else(town: Town) -> None:
    await town.order(1)
    await town.order(2)
    town.square.failures = [ZeroDivisionError("oh")]
    await town.deliver()
    assert town.titles() == ["Story 2"]


async def test_an_emoji_that_may_not_be_used_holds_up_nothing(town: Town) -> None:
    await town.order(1)
    town.square.failures = [None, None, None, NetworkRefused("no reactions here")]
    await town.deliver()
    assert await town.posts() == [PostState.POSTED]
    assert len(town.square.seeds) == 1


async def test_what_has_expired_is_not_said(town: Town) -> None:
    speak = Speak(place=CHANNEL, html="<p>Now!</p>", language="en", marker="x")
    order = NewOrder(order=speak, lane=CHANNEL, key="k", created_at=START, expires_at=START + HOUR)
    await town.store.write(lambda tx: tx.outbox.put([order]))
    town.clock.time += 2 * HOUR
    await town.deliver()
    assert town.square.calls == []
    async with town.store.read() as tx:
        assert await tx.outbox.counts() == {OutboxState.EXPIRED: 1}


async def test_a_restored_outbox_is_looked_up_before_anything_is_sent(town: Town) -> None:
    article = await town.article(1)
    town.square._add("earlier life", CHANNEL, "Story 1", "m1")

    async def work(tx: Tx) -> None:
        post_id = await tx.posts.order(article, town.subscription, now=START)
        assert post_id is not None
        order = NewOrder(order=Publish(post_id=post_id), lane=CHANNEL, key="k", created_at=START, in_doubt=True)
        await tx.outbox.put([order])

    await town.store.write(work)
    await town.deliver()
    assert town.titles() == ["Story 1"]
    assert "post" not in town.square.calls


async def test_a_refresh_waits_for_its_post_and_edits_it(town: Town) -> None:
    await town.order(1)
    async with town.store.read() as tx:
        (post,) = await tx.posts.of_article(ArticleId(1))
    revised = Content(title="Story 1, corrected", link=None)

    async def revise(tx: Tx) -> None:
        await tx.articles.revise(ArticleId(1), revised, digest=b"e", replace_latest=False, now=START)
        await tx.outbox.put([town.new(Refresh(post_id=post.id), lane=f"{CHANNEL}#1")])

    town.square.failures = [NetworkUnavailable("down")]
    await town.deliver()
    await town.store.write(revise)
    for _ in range(3):
        town.clock.time += 10 * SECOND
        await town.deliver()
    assert town.titles() == ["Story 1, corrected"]


async def test_what_changes_while_a_post_is_edited_reaches_it_too(town: Town) -> None:
    await town.order(1)
    await town.deliver()
    async with town.store.read() as tx:
        (post,) = await tx.posts.of_article(ArticleId(1))

    async def revise(title: str) -> None:
        async def work(tx: Tx) -> None:
            content = Content(title=title, link=None)
            await tx.articles.revise(ArticleId(1), content, digest=b"e", replace_latest=False, now=START)
            await tx.outbox.put([town.new(Refresh(post_id=post.id), lane=f"{CHANNEL}#1")])

        await town.store.write(work)

    town.square.meanwhile = lambda: revise("Third wording")
    await revise("Second wording")
    await town.deliver()
    assert town.titles() == ["Third wording"]


async def test_after_an_outage_the_newest_are_posted_piece_by_piece_and_the_rest_is_named(town: Town) -> None:
    for number in range(1, 13):
        await town.order(number)
        town.clock.time += SECOND
    town.clock.time += 2 * HOUR
    policy = RefillPolicy(outage_after=HOUR, keep=5, per_minute=4)
    for minute in range(4):
        await town.deliver(policy)
        assert len(town.titles()) <= 1 + 4 * minute + 1
        for _ in range(4):
            town.clock.time += 15 * SECOND
            await town.deliver(policy)
    assert town.titles()[:5] == [f"Story {number}" for number in range(8, 13)]
    (digest,) = town.titles()[5:]
    assert "7" in digest
    assert "https://a.example/7" in digest
    assert (await town.posts()).count(PostState.LEFT_OUT) == 7


async def test_a_second_courier_with_an_old_lease_writes_nothing(town: Town) -> None:
    await town.order(1)
    now = town.clock.now()
    (old,) = await town.store.write(
        lambda tx: tx.outbox.claim("old", now, until=now + SECOND, limit=5, networks=["square"])
    )
    town.clock.time += MINUTE
    await town.deliver()
    async with town.store.read() as tx:
        assert await tx.outbox.head(old) is None
    assert not await town.store.write(lambda tx: tx.outbox.renew(old, now + HOUR))
    assert town.titles() == ["Story 1"]
