"""Orders for networks that can do more: names of threads, reactions, cases, letters; and channels that are gone."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest

from bot.courier.noting import CLOSED, SUSPENDED
from bot.domain.model import (
    CaseId,
    CasePost,
    Channel,
    FlagReason,
    PostState,
    Ref,
    Subject,
    SubjectKind,
)
from bot.domain.orders import OutboxState, PublishCase, RefreshCase, Rename, Speak, TakeOff, Tell
from bot.errors import AnswerLost, NetworkError, NetworkRefused, NetworkUnavailable
from bot.ports.network import CaseCard
from bot.ports.stores import Tx
from tests.servers.square import Forum, Message
from tests.unit.courier.conftest import CHANNEL, MINUTE, SECOND, START, Town

MODERATORS = Ref("square:moderators")
GONE = NetworkRefused("Unknown Channel", gone=True)


@dataclass
class Cards:
    """CaseCards of one case, in the words that stand here."""

    text: str = "Rude"
    there: bool = True
    asked: list[tuple[CaseId, Ref, str]] = field(default_factory=list)

    async def card(self, case_id: CaseId, channel: Channel, marker: str) -> CaseCard | None:
        self.asked.append((case_id, channel.ref, marker))
        card = CaseCard(
            case_id=case_id,
            kind=SubjectKind.ARTICLE,
            title="Story 1",
            text=self.text,
            author=None,
            message=None,
            reports=(("Ann", FlagReason.OTHER, ""),),
            hidden=False,
            claimed_by=None,
            decision=(),
            link=None,
            marker=marker,
            language="fr",
            zone="UTC",
        )
        return card if self.there else None


@dataclass
class Court:
    """A case of the town that is to be shown in a channel of moderators."""

    town: Town
    cards: Cards
    channel: Channel
    case_id: CaseId

    @property
    def lane(self) -> str:
        return f"{self.channel.ref}!{self.case_id}"

    async def publish(self) -> None:
        await self.town.put(PublishCase(case_id=self.case_id, channel_id=self.channel.id), self.lane)

    async def refresh(self) -> None:
        await self.town.put(RefreshCase(case_id=self.case_id, channel_id=self.channel.id), self.lane)

    async def shown(self) -> CasePost:
        async with self.town.store.read() as tx:
            (found,) = await tx.case_posts.of_case(self.case_id)
        return found


async def court_of(town: Town, place: Ref) -> Court:
    await town.order(1)
    post, community = await town.post(), town.subscription.channel.community_id

    async def work(tx: Tx) -> tuple[CaseId, Channel]:
        subject = Subject(kind=SubjectKind.ARTICLE, id=post.discussion_id)
        case_id = await tx.cases.open(
            subject, community_id=community, discussion_id=post.discussion_id, author=None, now=START
        )
        channel_id = await tx.places.put_channel(
            community, place, "Moderators", language="fr", zone="UTC", visibility=town.subscription.channel.visibility
        )
        await tx.case_posts.add(case_id, channel_id, "c1")
        return case_id, next(each for each in await tx.places.channels() if each.id == channel_id)

    case_id, channel = await town.store.write(work)
    town.cases = cards = Cards()
    return Court(town, cards, channel, case_id)


@pytest.fixture
async def court(town: Town, forum: Forum) -> Court:
    return await court_of(town, MODERATORS)


def cases(town: Town) -> list[str]:
    return [each.text for each in town.square.messages.values() if each.place == MODERATORS]


def named(town: Town) -> Message:
    (thread,) = [each for each in town.square.messages.values() if each.thread_of is not None]
    return thread


# --- names of threads ---


async def test_a_thread_follows_its_articles_title(town: Town, forum: Forum) -> None:
    await town.order(1)
    await town.deliver()
    assert (await town.post()).thread_name == "Story 1"
    await town.revise("Story 1, corrected")
    await town.deliver()
    assert forum.calls.count("rename") == 1
    assert named(town).text == (await town.post()).thread_name == "Story 1, corrected"


async def test_a_thread_is_not_renamed_for_a_refresh_that_leaves_the_title(town: Town, forum: Forum) -> None:
    await town.order(1)
    await town.deliver()
    await town.revise("Story 1")
    await town.deliver()
    assert "edit" in forum.calls
    assert "rename" not in forum.calls
    async with town.store.read() as tx:
        assert sum((await tx.outbox.counts()).values()) == 2


async def test_a_thread_that_may_not_be_renamed_yet_holds_up_nothing_and_gets_the_last_title(
    town: Town, forum: Forum
) -> None:
    await town.order(1)
    await town.deliver()
    forum.failures = [None, NetworkUnavailable("renamed too often", retry_after=10 * MINUTE)]
    for title in ("Second", "Third", "Fourth"):
        await town.revise(title)
        await town.deliver()
        assert town.titles() == [title]
    assert forum.calls.count("rename") == 1
    assert await town.counts() == {OutboxState.DONE: 4, OutboxState.PENDING: 1}
    town.clock.time += 11 * MINUTE
    await town.deliver()
    assert named(town).text == (await town.post()).thread_name == "Fourth"
    assert forum.calls.count("rename") == 2


async def test_what_is_called_that_already_is_not_asked_for(town: Town, forum: Forum) -> None:
    await town.order(1)
    await town.deliver()
    await town.put(Rename(post_id=(await town.post()).id), "square:t~name")
    await town.deliver()
    assert "rename" not in forum.calls
    assert await town.counts() == {OutboxState.DONE: 2}


async def test_a_post_that_was_deleted_stays_so_when_its_thread_is_renamed(town: Town, forum: Forum) -> None:
    await town.order(1)
    await town.deliver()
    await town.revise("Another")
    post = await town.post()
    forum.meanwhile = lambda: town.store.write(lambda tx: tx.posts.set(post.id, state=PostState.DELETED, now=START))
    await town.deliver()
    assert (await town.post()).state is PostState.DELETED
    assert "rename" not in forum.calls


async def test_where_threads_keep_their_names_none_is_ordered(town: Town) -> None:
    await town.order(1)
    await town.deliver()
    await town.revise("Another")
    await town.deliver()
    assert await town.counts() == {OutboxState.DONE: 2}


async def test_a_name_is_cut_at_a_word(town: Town, forum: Forum) -> None:
    await town.order(1)
    await town.deliver()
    await town.revise("The quick brown fox jumps over the lazy dog " * 4)
    await town.deliver()
    name = named(town).text
    assert len(name) <= 100
    assert (
        name.removesuffix("…").split()
        == ("The quick brown fox jumps over the lazy dog " * 4).split()[: len(name.split())]
    )


# --- reactions, letters, what a network cannot do ---


async def test_a_reaction_is_taken_off(town: Town, forum: Forum) -> None:
    await town.put(TakeOff(reaction=Ref("square:reaction/1")), "square:reaction/1")
    await town.deliver()
    assert forum.calls == ["take_off"]


async def test_who_wants_no_messages_leaves_nothing_to_clean_up(town: Town, forum: Forum) -> None:
    tell = Tell(account=Ref("square:ann"), html="<p>Hello</p>", language="en", marker="x")
    await town.put(tell, tell.account)
    forum.failures = [NetworkRefused("ann takes no messages")]
    await town.deliver()
    assert await town.counts() == {OutboxState.EXPIRED: 1}


async def test_what_a_network_cannot_do_is_given_up(town: Town) -> None:
    court = await court_of(town, MODERATORS)
    await town.deliver()
    await town.put(TakeOff(reaction=Ref("square:reaction/1")), "a")
    await town.put(Rename(post_id=(await town.post()).id), "b")
    await court.publish()
    await court.refresh()
    await town.deliver()
    assert await town.counts() == {OutboxState.DONE: 1, OutboxState.EXPIRED: 4}


# --- cases ---


async def test_a_case_is_shown_and_brought_up_to_date(town: Town, court: Court) -> None:
    await court.publish()
    await town.deliver()
    assert cases(town) == ["Rude"]
    shown = await court.shown()
    assert shown.ref is not None
    court.cards.text = "Decided"
    await court.refresh()
    await town.deliver()
    assert cases(town) == ["Decided"]
    assert (await court.shown()).ref == shown.ref
    assert set(court.cards.asked) == {(court.case_id, MODERATORS, "c1")}


async def test_a_lost_answer_about_a_case_is_looked_for(town: Town, court: Court) -> None:
    await town.deliver()
    town.square.failures = [AnswerLost("reset")]
    await court.publish()
    await town.deliver()
    assert (await court.shown()).ref is None
    town.clock.time += 11 * SECOND
    await town.deliver()
    assert cases(town) == ["Rude"]
    (message,) = [each for each in town.square.messages.values() if each.place == MODERATORS]
    assert (await court.shown()).ref == message.ref


async def test_a_case_is_shown_once(town: Town, court: Court) -> None:
    for _ in range(2):
        await court.publish()
        await town.deliver()
    assert cases(town) == ["Rude"]


async def test_what_changes_while_a_case_is_edited_reaches_it_too(town: Town, court: Court) -> None:
    await court.publish()
    await town.deliver()

    async def decide() -> None:
        court.cards.text = "Third"
        await court.refresh()

    court.cards.text, town.square.meanwhile = "Second", decide
    await court.refresh()
    await town.deliver()
    assert cases(town) == ["Third"]


async def test_a_case_that_is_not_shown_has_nothing_to_bring_up_to_date(town: Town, court: Court) -> None:
    await court.refresh()
    await town.deliver()
    assert "edit_case" not in town.square.calls
    assert await town.counts() == {OutboxState.DONE: 2}


async def test_a_message_that_is_gone_shows_nothing_any_more(town: Town, court: Court) -> None:
    await court.publish()
    await town.deliver()
    town.square.failures = [NetworkRefused("Unknown Message", gone=True)]
    await court.refresh()
    await town.deliver()
    assert (await court.shown()).ref is None
    assert await town.counts() == {OutboxState.DONE: 3}


async def test_a_case_that_is_gone_is_not_shown(town: Town, court: Court) -> None:
    court.cards.there = False
    await court.publish()
    await town.deliver()
    assert cases(town) == []
    assert await town.counts() == {OutboxState.DONE: 1, OutboxState.EXPIRED: 1}


# --- channels that are gone ---


async def suspended(town: Town) -> str | None:
    async with town.store.read() as tx:
        found = await tx.places.subscription(town.subscription.id)
    assert found is not None
    return found.suspended


async def notices(town: Town) -> list[tuple[str, tuple[tuple[str, str], ...]]]:
    async with town.store.read() as tx:
        found = await tx.journal.notices(town.subscription.channel.community_id, 9)
    return [(each.key, each.values) for each in found]


async def test_a_channel_that_is_gone_is_suspended_told_once_and_loses_nothing(town: Town) -> None:
    for number in (1, 2, 3):
        await town.order(number)
    town.square.failures = [GONE, GONE, GONE]
    await town.deliver()
    assert await suspended(town) == CLOSED
    assert await notices(town) == [(SUSPENDED, (("channel", "Plaza"), ("answer", "Unknown Channel")))]
    assert await town.counts() == {OutboxState.PARKED: 3}
    async with town.store.read() as tx:
        parked = await tx.outbox.parked_in(town.subscription.channel.id, town.clock.now())
    assert [each.kind for each in parked] == ["publish"] * 3


async def test_a_digest_finds_out_too(town: Town) -> None:
    await town.put(Speak(place=CHANNEL, html="<p>The best</p>", language="fr", marker="x"))
    town.square.failures = [GONE]
    await town.deliver()
    assert await suspended(town) == CLOSED
    assert await town.counts() == {OutboxState.PARKED: 1}


@pytest.mark.parametrize(
    "failures",
    [[NetworkRefused("no such emoji, or too long")], [None, NetworkRefused("Unknown Message", gone=True)]],
    ids=["refused for itself", "its message was deleted"],
)
async def test_what_says_nothing_about_the_channel_suspends_nothing(
    town: Town, failures: list[NetworkError | Exception | None]
) -> None:
    await town.order(1)
    town.square.failures = failures
    await town.deliver()
    assert await suspended(town) is None
    assert await notices(town) == []
    assert await town.counts() == {OutboxState.PARKED: 1}


# --- what a card says ---


async def test_a_post_stands_behind_a_curtain_where_its_discussion_does(town: Town) -> None:
    town.subscription = replace(town.subscription, sensitive="Blood")
    await town.order(1)
    await town.deliver()
    assert [each.sensitive for each in town.square.cards] == ["Blood"]
