"""What the rules take out of sight or change on the page: hidden, merged, locked, behind a curtain."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import delete

from bot.domain.model import CommentId, PostState, Ref, SubjectKind, Visibility, Vote
from bot.ports.pages import ArticleSort, CommentSort, CommentView, Viewer
from storage.schema.places import posts
from storage.schema.talk import comments, votes
from tests.contract.storage.disorder import Disorder, change, disorder, put
from tests.contract.storage.world import NOW, World, add_channel, build, later, subscribe


@pytest.fixture
async def town(world: World) -> Disorder:
    return await disorder(world)


def _visitor(town: Disorder) -> Viewer:
    return Viewer(community_id=town.world.community)


async def _listed(town: Disorder, viewer: Viewer) -> tuple[list[int], int, list[int]]:
    """What a list holds, how many it counts, and how many the sections count."""
    pages = town.world.store.pages
    found = await pages.articles(viewer, section=None, sort=ArticleSort.NEW, since=None, page=1, size=9)
    return [line.id for line in found.items], found.total, [line.articles for line in await pages.sections(viewer)]


async def _read(town: Disorder, viewer: Viewer) -> list[CommentView]:
    pages = town.world.store.pages
    found = await pages.comments(viewer, town.discussion, sort=CommentSort.OLD, page=1, size=50)
    assert found.total == len(found.items)
    for place, each in enumerate(found.items, start=1):
        assert await pages.comment(viewer, each.id) == (town.discussion, each)
        assert await pages.page_of(viewer, each.id, sort=CommentSort.OLD, size=1) == place
    return list(found.items)


async def test_a_hidden_article_is_there_for_moderators_only(town: Disorder) -> None:
    await town.world.comment(town.discussion, await town.world.account("Ann"))
    await town.discussion_is(hidden_at=NOW)
    pages, member = town.world.store.pages, await town.seen_by("Ann")
    for viewer in (_visitor(town), member):
        assert await _listed(town, viewer) == ([], 0, [0])
        assert await pages.article(viewer, town.discussion, NOW) is None
        assert await _read(town, viewer) == []
    assert await _listed(town, town.moderator) == ([town.discussion], 1, [1])
    line = await pages.article(town.moderator, town.discussion, NOW)
    assert line is not None
    assert line.hidden is True
    assert len(await _read(town, town.moderator)) == 1


async def test_an_article_for_members_is_not_there_for_visitors(town: Disorder) -> None:
    said = await town.world.comment(town.discussion, await town.world.account("Ann"))
    await change(town.world, posts, town.post.id, members_only=True)
    pages, visitor = town.world.store.pages, _visitor(town)
    assert await _listed(town, visitor) == ([], 0, [0])
    assert await pages.article(visitor, town.discussion, NOW) is None
    assert await _read(town, visitor) == []
    assert await pages.comment(visitor, said) is None
    assert await pages.page_of(visitor, said, sort=CommentSort.BEST, size=5) is None
    for viewer in (await town.seen_by("Ann"), town.moderator):
        assert await _listed(town, viewer) == ([town.discussion], 1, [1])
        assert await pages.article(viewer, town.discussion, NOW) is not None
        assert [each.id for each in await _read(town, viewer)] == [said]


async def test_what_is_for_members_in_one_section_is_public_in_another(town: Disorder) -> None:
    await change(town.world, posts, town.post.id, members_only=True)
    other = await subscribe(town.world, await add_channel(town.world, "web:town/other", Visibility.PUBLIC))
    also = await town.world.write(lambda tx: tx.posts.order(town.post.article_id, other, now=NOW))
    assert also is not None
    ref, thread = Ref("web:town/other/p"), Ref("web:town/other/t")
    await town.world.write(lambda tx: tx.posts.set(also, state=PostState.POSTED, ref=ref, thread=thread, now=NOW))
    line = await town.world.store.pages.article(_visitor(town), town.discussion, NOW)
    assert line is not None
    assert line.message == ref


async def test_a_merged_article_leads_to_the_one_it_became(town: Disorder) -> None:
    other = await town.world.post()
    await town.discussion_is(merged_into=other.discussion_id)
    pages = town.world.store.pages
    for viewer in (_visitor(town), town.moderator):
        assert await _listed(town, viewer) == ([other.discussion_id], 1, [1])
        assert await pages.article(viewer, town.discussion, NOW) is None
        assert await pages.moved(viewer, town.discussion) == other.discussion_id
        assert await pages.moved(viewer, other.discussion_id) is None
    village = await build(town.world.store, "village")
    assert await pages.moved(Viewer(community_id=village.community), town.discussion) is None


@pytest.mark.parametrize(
    ("at", "until", "now", "locked"),
    [
        pytest.param(None, None, NOW, False, id="open"),
        pytest.param(NOW, None, later(9), True, id="for good"),
        pytest.param(NOW, later(60), later(59), True, id="for a time"),
        pytest.param(NOW, later(60), later(60), False, id="over"),
    ],
)
async def test_a_lock_is_over_by_itself(
    town: Disorder, at: datetime | None, until: datetime | None, now: datetime, locked: bool
) -> None:
    await town.discussion_is(locked_at=at, locked_until=until)
    line = await town.world.store.pages.article(_visitor(town), town.discussion, now)
    assert line is not None
    assert (line.locked, line.locked_until) == (locked, until)


async def test_an_article_behind_a_curtain_in_a_slow_discussion(town: Disorder) -> None:
    await town.discussion_is(sensitive="Violence", slow=timedelta(minutes=5))
    line = await town.world.store.pages.article(_visitor(town), town.discussion, NOW)
    assert line is not None
    assert (line.sensitive, line.slow, line.hidden) == ("Violence", timedelta(minutes=5), False)


async def _hidden(town: Disorder) -> CommentId:
    """Ann's comment, hidden."""
    said = await town.world.comment(town.discussion, await town.world.account("Ann"), html="<p>Bad.</p>")
    await change(town.world, comments, said, sensitive="Rude")
    await town.hide_comment(said)
    return said


async def test_a_hidden_comment_is_there_for_its_author_and_moderators(town: Disorder) -> None:
    said = await _hidden(town)
    for viewer in (await town.seen_by("Ann"), await town.seen_by("Mod", moderator=True), town.moderator):
        (view,) = await _read(town, viewer)
        assert (view.id, view.html, view.hidden, view.sensitive) == (said, "<p>Bad.</p>", True, "Rude")
    for viewer in (_visitor(town), await town.seen_by("Bob")):
        assert await _read(town, viewer) == []
        assert await town.world.store.pages.comment(viewer, said) is None
        assert await town.world.store.pages.page_of(viewer, said, sort=CommentSort.BEST, size=5) is None


async def test_a_hidden_comment_keeps_its_place_where_a_live_answer_stands(town: Disorder) -> None:
    said, bob = await _hidden(town), await town.world.account("Bob")
    answer = await town.world.comment(town.discussion, bob, parent_id=said, at=later(1))
    for viewer in (_visitor(town), await town.seen_by("Bob")):
        place, after = await _read(town, viewer)
        assert (place.id, place.html, place.hidden, place.sensitive) == (said, "", True, None)
        assert (after.id, after.parent_id, after.parent_author) == (answer, said, "Ann")
    await town.hide_comment(answer)
    assert await _read(town, _visitor(town)) == [], "a hidden answer holds no place"
    assert [each.id for each in await _read(town, await town.seen_by("Bob"))] == [answer]
    assert [each.html for each in await _read(town, await town.seen_by("Ann"))] == ["<p>Bad.</p>"]
    assert [each.id for each in await _read(town, town.moderator)] == [said, answer]


async def test_a_hidden_comment_whose_answer_is_not_shown_is_not_shown(town: Disorder) -> None:
    said = await _hidden(town)
    channel = await add_channel(town.world, "discord:1", Visibility.PRIVATE)
    await town.world.comment(town.discussion, await town.world.account("Bob"), parent_id=said, channel=channel)
    assert await _read(town, _visitor(town)) == []


async def test_a_deleted_comment_that_was_hidden_is_there_for_nobody(town: Disorder) -> None:
    said = await _hidden(town)
    await change(town.world, comments, said, deleted_at=NOW, html="")
    for viewer in (_visitor(town), await town.seen_by("Ann"), town.moderator):
        assert await _read(town, viewer) == []


async def test_how_an_author_stands_in_this_community(town: Disorder) -> None:
    village = await disorder(await build(town.world.store, "village"))
    ann = await town.stand("Ann", title="expert", trust=3)
    await village.stand("Bob", title="pillar", trust=2)
    await town.world.comment(town.discussion, ann)
    await town.world.comment(town.discussion, await town.world.account("Bob"), at=later(1))
    assert [(each.title, each.trust) for each in await _read(town, _visitor(town))] == [
        ("expert", 3),
        ("newcomer", 0),
    ]


async def test_a_void_vote_is_not_the_viewers(town: Disorder) -> None:
    viewer, pages = await town.seen_by("Ann"), town.world.store.pages
    for void, shown in ((False, Vote.UP), (True, None)):
        row = {"subject_kind": SubjectKind.ARTICLE, "subject_id": town.discussion, "member_id": viewer.member_id}
        await put(town.world, votes, [row | {"vote": Vote.UP, "at": NOW, "void": void}])
        line = await pages.article(viewer, town.discussion, NOW)
        assert line is not None
        assert line.vote is shown
        await town.world.write(lambda tx: tx.sql.run(delete(votes)))  # type: ignore[attr-defined]
