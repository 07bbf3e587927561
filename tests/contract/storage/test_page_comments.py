"""Lists of comments, as the page reads them."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.model import CommentId, DiscussionId, MemberId, Subject, SubjectKind, Totals, Visibility, Vote
from bot.domain.ranking import best_first
from bot.domain.votes import Cast
from bot.ports.pages import CommentSort, CommentView, Viewer
from tests.contract.storage.world import NOW, World, add_channel, build, later


@dataclass(kw_only=True)
class Talk:
    """A discussion to be read by a visitor and a member."""

    world: World
    discussion: DiscussionId

    @property
    def visitor(self) -> Viewer:
        return Viewer(community_id=self.world.community)

    async def say(self, name: str, totals: Totals = Totals(), *, at: float = 0, **more: object) -> CommentId:  # noqa: B008
        account = await self.world.account(name)
        said = await self.world.comment(self.discussion, account, at=later(at), **more)  # type: ignore[arg-type]
        await self.world.write(lambda tx: tx.discussions.set_totals(Subject(kind=SubjectKind.COMMENT, id=said), totals))
        return said

    async def read(
        self, sort: CommentSort = CommentSort.OLD, *, viewer: Viewer | None = None, page: int = 1, size: int = 50
    ) -> list[CommentView]:
        found = await self.world.store.pages.comments(
            viewer or self.visitor, self.discussion, sort=sort, page=page, size=size
        )
        return list(found.items)

    async def total(self, viewer: Viewer | None = None) -> int:
        found = await self.world.store.pages.comments(
            viewer or self.visitor, self.discussion, sort=CommentSort.NEW, page=1, size=1
        )
        return found.total

    async def delete(self, comment: CommentId) -> None:
        await self.world.write(lambda tx: tx.discussions.delete_comment(comment, NOW))


@pytest.fixture
async def talk(world: World) -> Talk:
    return Talk(world=world, discussion=(await world.post()).discussion_id)


async def test_the_orders_of_a_discussion(talk: Talk) -> None:
    split = await talk.say("Ann", Totals(up=5, down=5), at=1)
    plain = await talk.say("Bob", at=2)
    best = await talk.say("Cid", Totals(up=2), at=3)
    worst = await talk.say("Dan", Totals(down=3), at=4)
    assert [each.id for each in await talk.read(CommentSort.BEST)] == [best, split, plain, worst]
    assert [each.id for each in await talk.read(CommentSort.NEW)] == [worst, best, plain, split]
    assert [each.id for each in await talk.read(CommentSort.OLD)] == [split, plain, best, worst]
    assert [each.id for each in await talk.read(CommentSort.BEST, page=2, size=3)] == [worst]
    assert await talk.read(CommentSort.BEST, page=3, size=3) == []
    assert await talk.total() == 4


_totals = st.builds(Totals, up=st.integers(0, 3), down=st.integers(0, 3))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=st.lists(st.tuples(_totals, st.integers(0, 3)), min_size=1, max_size=8))
async def test_best_first_is_what_the_rules_say(world: World, said: list[tuple[Totals, int]]) -> None:
    talk = Talk(world=world, discussion=(await world.post()).discussion_id)
    ids = {await talk.say("Ann", totals, at=at): (totals, later(at)) for totals, at in said}
    found = [each.id for each in await talk.read(CommentSort.BEST)]
    assert found == sorted(ids, key=lambda each: (*best_first(*ids[each]), each))
    for size in (1, 3):
        pages = [
            await world.store.pages.page_of(talk.visitor, each, sort=CommentSort.BEST, size=size) for each in found
        ]
        assert pages == [place // size + 1 for place in range(len(found))]


async def test_what_a_comment_says(talk: Talk) -> None:
    world = talk.world
    parent = await talk.say("Ann", Totals(up=1))
    answer = await talk.say("Bob", at=5, parent_id=parent, html="<p>Yes</p>")
    await world.write(lambda tx: tx.discussions.edit_comment(answer, "<p>Yes!</p>", later(9)))
    ann, bob = await world.account("Ann"), await world.account("Bob")
    subject = Subject(kind=SubjectKind.COMMENT, id=answer)
    await world.write(
        lambda tx: tx.discussions.set_vote(subject, ann.member_id, Cast(vote=Vote.UP, at=NOW), void=False)
    )
    (first, second) = await talk.read(viewer=Viewer(community_id=world.community, member_id=ann.member_id))
    assert (first.parent_id, first.parent_author, first.totals, first.vote) == (None, None, Totals(up=1), None)
    assert second == CommentView(
        id=answer,
        message=second.message,
        author="Bob",
        member_id=bob.member_id,
        network="web",
        html="<p>Yes!</p>",
        created_at=later(5),
        edited_at=later(9),
        deleted=False,
        totals=Totals(),
        parent_id=parent,
        parent_author="Ann",
        vote=Vote.UP,
    )
    assert await world.store.pages.comment(talk.visitor, parent) == (talk.discussion, first)
    assert [each.vote for each in await talk.read()] == [None, None]
    async with world.store.read() as tx:
        stored = await tx.discussions.comment_by_ref(second.message)
    assert stored is not None
    assert stored.id == answer


async def test_a_deleted_comment_stays_where_another_answers_it(talk: Talk) -> None:
    alone, answered = await talk.say("Ann"), await talk.say("Ann")
    answer = await talk.say("Bob", parent_id=answered)
    await talk.delete(alone)
    await talk.delete(answered)
    (shown, _) = await talk.read()
    assert (shown.id, shown.deleted, shown.html) == (answered, True, "")
    assert await talk.total() == 2
    assert await talk.world.store.pages.comment(talk.visitor, alone) is None
    assert await talk.world.store.pages.page_of(talk.visitor, alone, sort=CommentSort.BEST, size=5) is None
    await talk.delete(answer)
    assert await talk.read() == []
    assert await talk.total() == 0


@pytest.mark.parametrize(
    ("visibility", "to_visitors", "to_members"),
    [(Visibility.PUBLIC, True, True), (Visibility.COMMUNITY, False, True), (Visibility.PRIVATE, False, False)],
)
async def test_what_was_said_in_a_chat_channel_is_shown_as_it_allows(
    talk: Talk, visibility: Visibility, to_visitors: bool, to_members: bool
) -> None:
    world = talk.world
    channel = await add_channel(world, "discord:1", visibility)
    ann = await world.account("Ann", network="discord")
    said = await world.comment(talk.discussion, ann, channel=channel)
    member = Viewer(community_id=world.community, member_id=ann.member_id)
    for viewer, shown in ((talk.visitor, to_visitors), (member, to_members)):
        assert [each.id for each in await talk.read(viewer=viewer)] == ([said] if shown else [])
        assert await talk.total(viewer) == int(shown)
        assert (await world.store.pages.comment(viewer, said) is not None) is shown
        page = await world.store.pages.page_of(viewer, said, sort=CommentSort.BEST, size=9)
        assert page == (1 if shown else None)


async def test_a_deleted_comment_whose_answer_is_not_shown_is_not_shown(talk: Talk) -> None:
    world = talk.world
    channel = await add_channel(world, "discord:1", Visibility.PRIVATE)
    said = await talk.say("Ann")
    await world.comment(talk.discussion, await world.account("Bob"), channel=channel, parent_id=said)
    await talk.delete(said)
    assert await talk.read() == []


async def test_nothing_of_another_community_is_there(talk: Talk) -> None:
    village = await build(talk.world.store, "village")
    there = Talk(world=village, discussion=(await village.post()).discussion_id)
    said = await there.say("Ann")
    mine = Viewer(community_id=talk.world.community, member_id=MemberId(1))
    for viewer in (talk.visitor, mine):
        assert await there.read(viewer=viewer) == []
        assert await there.total(viewer) == 0
        assert await talk.world.store.pages.comment(viewer, said) is None
        assert await talk.world.store.pages.page_of(viewer, said, sort=CommentSort.NEW, size=9) is None
    assert [each.id for each in await there.read()] == [said]
