"""Reactions as they came, votes as derived."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.model import (
    Account,
    DiscussionId,
    Reaction,
    Ref,
    Subject,
    SubjectKind,
    Totals,
    Vote,
)
from bot.domain.votes import Cast
from storage.store import SqlStore
from tests.contract.storage.world import NOW, World, later


def _reaction(
    who: Account,
    emoji: str = "🔺",
    *,
    ref: str | None = None,
    at: datetime | None = NOW,
    seen_at: datetime = NOW,
    counted: bool = True,
) -> Reaction:
    return Reaction(
        ref=Ref(ref or f"web:r/{who.name}/{emoji}"),
        account_id=who.id,
        member_id=who.member_id,
        bot=who.bot,
        emoji=emoji,
        at=at,
        seen_at=seen_at,
        counted=counted,
    )


async def _subjects(world: World) -> tuple[Subject, Subject, Account]:
    post, ann = await world.post(), await world.account("Ann")
    comment = await world.comment(post.discussion_id, ann)
    article = Subject(kind=SubjectKind.ARTICLE, id=post.discussion_id)
    return article, Subject(kind=SubjectKind.COMMENT, id=comment), ann


async def _react(world: World, subject: Subject, reaction: Reaction) -> bool:
    return await world.write(lambda tx: tx.discussions.add_reaction(subject, reaction))


async def _all(store: SqlStore, subject: Subject, who: Account) -> list[Reaction]:
    async with store.read() as tx:
        return list(await tx.discussions.reactions(subject, who.member_id))


async def test_a_reaction_is_stored_once_undone_once_and_comes_back(world: World) -> None:
    article, comment, ann = await _subjects(world)
    given_, store = _reaction(ann), world.store
    assert await store.write(lambda tx: tx.discussions.add_reaction(article, given_))
    assert not await store.write(lambda tx: tx.discussions.add_reaction(article, given_))
    assert await _all(store, article, ann) == [given_]
    assert await _all(store, comment, ann) == []

    undone = await store.write(lambda tx: tx.discussions.remove_reaction(given_.ref, later(1)))
    assert undone == (article, ann.member_id)
    assert await store.write(lambda tx: tx.discussions.remove_reaction(given_.ref, later(2))) is None
    assert await store.write(lambda tx: tx.discussions.remove_reaction(Ref("web:nothing"), later(2))) is None
    assert [each.removed_at for each in await _all(store, article, ann)] == [later(1)]

    again = _reaction(ann, at=later(3), seen_at=later(4), counted=False)
    assert await store.write(lambda tx: tx.discussions.add_reaction(article, again))
    assert await _all(store, article, ann) == [again]


async def test_a_network_that_does_not_say_when(world: World) -> None:
    article, _, _ = await _subjects(world)
    robot = await world.account("Robot", network="discord", bot=True)
    undated = _reaction(robot, at=None)
    await world.write(lambda tx: tx.discussions.add_reaction(article, undated))
    assert await _all(world.store, article, robot) == [undated]


async def test_all_or_one_emoji_can_be_cleared(world: World) -> None:
    article, comment, ann = await _subjects(world)
    bob = await world.account("Bob")
    for subject, who, emoji in ((article, ann, "🔺"), (article, bob, "🔺"), (article, bob, "🔻"), (comment, bob, "🎉")):
        await _react(world, subject, _reaction(who, emoji))
    store = world.store
    assert await store.write(lambda tx: tx.discussions.clear_reactions(article, "🔻", later(1))) == [bob.member_id]
    cleared = await store.write(lambda tx: tx.discussions.clear_reactions(article, None, later(2)))
    assert sorted(cleared) == sorted([ann.member_id, bob.member_id])
    assert await store.write(lambda tx: tx.discussions.clear_reactions(article, None, later(3))) == []
    assert [each.removed_at for each in await _all(store, comment, bob)] == [None]
    assert {each.removed_at for each in await _all(store, article, bob)} == {later(1), later(2)}


async def test_who_wrote_what(world: World) -> None:
    article, comment, ann = await _subjects(world)
    async with world.store.read() as tx:
        assert await tx.discussions.author_of(comment) == ann.member_id
        assert await tx.discussions.author_of(article) is None
        assert await tx.discussions.author_of(Subject(kind=SubjectKind.COMMENT, id=999)) is None


async def _vote(world: World, subject: Subject, who: Account, vote: Vote | None, *, void: bool = False) -> None:
    cast = None if vote is None else Cast(vote=vote, at=NOW)
    await world.write(lambda tx: tx.discussions.set_vote(subject, who.member_id, cast, void=void))


async def test_votes_are_counted_by_subject(world: World) -> None:
    article, comment, ann = await _subjects(world)
    bob = await world.account("Bob")
    for subject, who, vote in (
        (article, ann, Vote.UP),
        (article, ann, Vote.DOWN),
        (article, bob, Vote.UP),
        (comment, bob, Vote.UP),
        (comment, bob, None),
        (comment, ann, None),
    ):
        await _vote(world, subject, who, vote)
    async with world.store.read() as tx:
        assert await tx.discussions.count_votes(article) == Totals(up=1, down=1)
        assert await tx.discussions.count_votes(comment) == Totals()


async def test_void_votes_do_not_count(world: World) -> None:
    article, _, ann = await _subjects(world)
    bob = await world.account("Bob")
    await _vote(world, article, ann, Vote.UP)
    await _vote(world, article, bob, Vote.UP)
    await _vote(world, article, bob, Vote.DOWN, void=True)
    async with world.store.read() as tx:
        assert await tx.discussions.count_votes(article) == Totals(up=1)


async def test_totals_are_kept_with_their_subject(world: World) -> None:
    article, comment, _ = await _subjects(world)
    await world.write(lambda tx: tx.discussions.set_totals(article, Totals(up=3, down=1)))
    await world.write(lambda tx: tx.discussions.set_totals(comment, Totals(up=1, down=4)))
    async with world.store.read() as tx:
        assert await tx.posts.counts(DiscussionId(article.id)) == (Totals(up=3, down=1), 0)


_acts = st.lists(st.tuples(st.sampled_from(["add", "remove"]), st.integers(0, 2)), max_size=12)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=_acts)
async def test_what_is_live_is_what_was_added_last(world: World, acts: list[tuple[str, int]]) -> None:
    ann = await world.account("Ann")
    article = Subject(kind=SubjectKind.ARTICLE, id=(await world.post()).discussion_id)
    prefix = f"web:h{next(world.numbers)}"
    live: set[int] = set()

    async def work(tx: Any) -> None:
        for act, number in acts:
            ref = Ref(f"{prefix}/{number}")
            if act == "add":
                new = await tx.discussions.add_reaction(article, _reaction(ann, ref=ref))
                assert new == (number not in live)
                live.add(number)
            else:
                undone = await tx.discussions.remove_reaction(ref, later(1))
                assert (undone is not None) == (number in live)
                live.discard(number)

    await world.write(work)
    found = await _all(world.store, article, ann)
    assert {each.ref for each in found if each.removed_at is None} == {f"{prefix}/{number}" for number in live}
