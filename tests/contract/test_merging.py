"""Articles that were taken for two, or for one: merged and split with all that was said of them, on both engines."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, update

from bot.domain.model import (
    AccountId,
    CaseState,
    CommunityId,
    Decision,
    DiscussionId,
    FeedId,
    FlagOutcome,
    Measure,
    MemberId,
    PostState,
    Role,
    Ruling,
)
from bot.errors import RequestError
from storage.backup import restore
from storage.schema.news import feeds
from storage.schema.work import OrderKind, outbox
from storage.store import SqlStore, open_store
from tests.contract.newspapers import START, Newspapers, admin, entry

NEWS, ROOM = "web:section/news", "wire:room"


@dataclass
class Scene:
    """Two newspapers, each with a story of its own that is really the same."""

    papers: Newspapers
    town: CommunityId
    herald: FeedId
    courier: FeedId
    a: DiscussionId  # of the Herald's story
    b: DiscussionId  # of the Courier's

    async def merge(self, role: Role = Role.ADMIN) -> None:
        await self.papers.articles.merge(admin(self.town, role), self.b, self.a)

    async def split(self, role: Role = Role.ADMIN) -> DiscussionId:
        return await self.papers.articles.split(admin(self.town, role), self.a, self.courier)


async def scene(store: SqlStore, herald: tuple[str, ...] = (NEWS,), courier: tuple[str, ...] = (NEWS,)) -> Scene:
    papers = Newspapers(store=store)
    town = await papers.community("town")
    one = await papers.feed("herald", town, *herald)
    other = await papers.feed("courier", town, *courier)
    await papers.read(one, entry(1, title="Fire at the mill"))
    await papers.read(other, entry(2, title="The mill burns"))
    a = await papers.discussion_of("Fire at the mill", town)
    b = await papers.discussion_of("The mill burns", town)
    return Scene(papers, town, one, other, a, b)


async def test_what_was_said_and_voted_on_both_is_one_and_is_two_again(store: SqlStore) -> None:
    s = await scene(store)
    await s.papers.comment(s.a, NEWS, "ann")
    _, other = await s.papers.comment(s.b, NEWS, "bob")
    await s.papers.comment(s.b, NEWS, "cid", reply_to=other)
    for name in ("ann", "bob", "cid"):
        await s.papers.vote(s.a, NEWS, name)
    await s.papers.vote(s.b, NEWS, "ann", "👎")  # the newer one
    await s.papers.vote(s.b, NEWS, "dot")
    await s.papers.correction(s.b, "eve", "enough of them")
    before = await s.papers.everything()

    await s.merge()
    (merged,) = await s.papers.rows("discussions", id=s.a)
    (gone,) = await s.papers.rows("discussions", id=s.b)
    assert (merged.up, merged.down, merged.comments) == (3, 1, 3)
    assert (gone.up, gone.down, gone.comments, gone.merged_into) == (0, 0, 0, s.a)
    assert {row.origin_id for row in await s.papers.rows("comments", discussion_id=s.a)} == {None, s.b}
    assert len(await s.papers.rows("corrections", discussion_id=s.a)) == 1
    (post,) = await s.papers.posts(s.a)
    assert post.channel.ref == NEWS

    assert await s.split() == s.b
    assert await s.papers.everything() == before


async def test_to_merge_and_to_split_are_logged_and_told(store: SqlStore) -> None:
    s = await scene(store, herald=(NEWS,), courier=(NEWS, ROOM))
    async with s.papers.signals.subscribe() as signals:
        await s.merge()
        told = {(await anext(signals)).discussion_id, (await anext(signals)).discussion_id}
    await s.split()
    assert told == {s.a, s.b}
    async with store.read() as tx:
        split, merge = await tx.journal.logged(s.town, 2)
    assert (merge.action, merge.subject) == ("article.merge", f"article:{s.a}")
    assert (merge.before, merge.after) == ("The mill burns", "Fire at the mill")
    assert (split.action, split.subject) == ("article.split", f"article:{s.b}")
    assert (split.before, split.after) == ("Fire at the mill", "The mill burns")
    assert s.papers.due == ["orders", "orders", "feeds"]


async def test_a_post_where_the_other_has_none_is_taken_over_and_given_back(store: SqlStore) -> None:
    s = await scene(store, herald=(NEWS,), courier=(NEWS, ROOM))
    await s.papers.comment(s.b, ROOM, "bob")
    room = await s.papers.post(s.b, ROOM)
    await s.merge()
    news = await s.papers.post(s.a, NEWS)
    taken = replace(room, article_id=news.article_id, discussion_id=news.discussion_id)
    assert await s.papers.post(s.a, ROOM) == taken
    orders = await s.papers.rows("outbox", kind=OrderKind.REFRESH)
    assert room.id in {row.post_id for row in orders}
    await s.papers.comment(s.a, ROOM, "cid")  # since then, under what was the Courier's
    await s.split()
    assert {row.ref for row in await s.papers.rows("comments", discussion_id=s.b)} == {
        row.ref for row in await s.papers.rows("comments")
    }
    assert await s.papers.post(s.b, ROOM) == room


async def test_where_both_have_a_post_one_is_removed_and_comes_back(store: SqlStore) -> None:
    s = await scene(store, herald=(ROOM,), courier=(ROOM,))
    other = await s.papers.post(s.b, ROOM)
    await s.papers.comment(s.b, ROOM, "bob")
    await s.merge()
    removed = {row.place for row in await s.papers.rows("outbox", kind=OrderKind.REMOVE)}
    assert removed == {other.ref, other.thread}
    assert [post.id for post in await s.papers.posts(s.a)] != [other.id]
    published = len(await s.papers.rows("outbox", kind=OrderKind.PUBLISH))
    await s.split()
    (again,) = await s.papers.posts(s.b)
    assert (again.id, again.state, again.ref, again.thread) == (other.id, PostState.PENDING, None, None)
    assert len(await s.papers.rows("outbox", kind=OrderKind.PUBLISH)) == published + 1
    assert len(await s.papers.rows("comments", discussion_id=s.b)) == 1


async def test_a_post_on_its_way_that_was_set_aside_stays_so(store: SqlStore) -> None:
    s = await scene(store, herald=(ROOM,), courier=(ROOM,))
    other = await s.papers.post(s.b, ROOM)
    await s.merge()
    await store.write(lambda tx: tx.posts.set(other.id, state=PostState.POSTED, ref=other.ref, now=START))
    (post,) = await s.papers.posts(s.a)
    assert post.id != other.id


async def test_open_cases_on_both_are_one_and_are_two_again(store: SqlStore) -> None:
    s = await scene(store)
    await s.papers.flag_article(s.a, NEWS, "ann")
    await s.papers.flag_article(s.b, NEWS, "ann")
    await s.papers.flag_article(s.b, NEWS, "bob")
    before = await s.papers.everything()
    await s.merge()
    (case,) = await s.papers.rows("cases", state=CaseState.OPEN)
    assert (case.subject_id, case.discussion_id) == (s.a, s.a)
    flags = await s.papers.rows("flags", case_id=case.id)
    assert sorted((flag.member_id, flag.subject_id) for flag in flags) == [(flags[0].member_id, s.a), (2, s.a)]
    await s.split()
    assert await s.papers.everything() == before


async def test_a_case_that_was_decided_while_they_were_one_is_decided_on_both(store: SqlStore) -> None:
    s = await scene(store)
    await s.papers.flag_article(s.a, NEWS, "ann")
    await s.papers.flag_article(s.b, NEWS, "ann")
    await s.papers.flag_article(s.b, NEWS, "bob")
    await s.merge()
    (case,) = await s.papers.rows("cases", state=CaseState.OPEN)
    someone = replace(admin(s.town), account_id=AccountId(1), member_id=MemberId(1))
    agreed = Decision(ruling=Ruling.AGREE, measure=Measure.KEEP)
    await s.papers.moderation.decide(someone, case.id, agreed, version=case.version)
    await s.split()
    assert {(row.state, row.ruling) for row in await s.papers.rows("cases")} == {(CaseState.DECIDED, Ruling.AGREE)}
    assert {row.outcome for row in await s.papers.rows("flags")} == {FlagOutcome.AGREED}


async def test_a_case_on_a_comment_goes_along(store: SqlStore) -> None:
    s = await scene(store)
    _, message = await s.papers.comment(s.b, NEWS, "bob")
    await s.papers.flag(message, "ann")
    before = await s.papers.everything()
    await s.merge()
    assert [row.discussion_id for row in await s.papers.rows("cases")] == [s.a]
    await s.split()
    assert await s.papers.everything() == before


async def test_a_feed_that_goes_on_listing_its_story_finds_the_other_and_revises_nothing(store: SqlStore) -> None:
    s = await scene(store)
    await s.merge()
    again = await s.papers.read(s.courier, entry(2, title="The mill has burnt", text="All is different now."))
    assert (again.articles, again.revised, again.posts) == (0, 0, 0)
    await s.split()
    filed = await s.papers.read(s.courier, entry(2, title="The mill has burnt", text="All is different now."))
    assert (filed.articles, filed.revised) == (0, 1)
    assert await s.papers.discussion_of("The mill has burnt", s.town) == s.b
    assert await s.papers.discussion_of("Fire at the mill", s.town) == s.a


async def test_two_items_of_one_feed_do_not_revise_each_other_once_they_are_one(store: SqlStore) -> None:
    s = await scene(store)
    await s.papers.read(s.herald, entry(1, title="Fire at the mill"), entry(7, title="Mill on fire"))
    again = await s.papers.discussion_of("Mill on fire", s.town)
    await s.papers.articles.merge(admin(s.town), again, s.a)
    filed = await s.papers.read(s.herald, entry(1, title="Fire at the mill"), entry(7, title="Mill on fire"))
    assert (filed.articles, filed.revised) == (0, 0)
    assert await s.papers.articles.split(admin(s.town), s.a, s.herald) == again


async def joined(store: SqlStore, herald: tuple[str, ...], courier: tuple[str, ...]) -> Scene:
    """The Courier's story was taken for the Herald's, since both gave the same link."""
    papers = Newspapers(store=store)
    town = await papers.community("town")
    one = await papers.feed("herald", town, *herald)
    other = await papers.feed("courier", town, *courier)
    link = "https://news.example/live"
    await papers.read(one, entry(1, title="Fire at the mill", link=link))
    await papers.read(other, entry(2, title="Concert tonight", link=link))
    a = await papers.discussion_of("Fire at the mill", town)
    return Scene(papers, town, one, other, a, a)


async def test_a_story_that_intake_had_joined_gets_its_own_article_and_stays_apart(store: SqlStore) -> None:
    s = await joined(store, (NEWS,), (NEWS, ROOM))
    await s.papers.comment(s.a, NEWS, "ann")
    await s.papers.comment(s.a, ROOM, "bob")
    own = await s.split()
    assert own == await s.papers.discussion_of("Concert tonight", s.town)
    assert [row.comments for row in await s.papers.rows("discussions", id=own)] == [1]
    assert [row.comments for row in await s.papers.rows("discussions", id=s.a)] == [1]
    assert {(post.channel.ref, post.state) for post in await s.papers.posts(own)} == {
        (NEWS, PostState.PENDING),
        (ROOM, PostState.POSTED),
    }
    assert s.papers.due[-1] == "feeds"
    await s.papers.deliver()
    link = "https://news.example/live"
    filed = await s.papers.read(s.courier, entry(2, title="Concert tonight", link=link))
    assert (filed.articles, filed.revised, filed.posts) == (0, 1, 0)
    filed = await s.papers.read(s.herald, entry(1, title="Fire at the mill, again", link=link))
    assert (filed.articles, filed.revised, filed.posts) == (0, 1, 0)
    assert await s.papers.discussion_of("Fire at the mill, again", s.town) == s.a
    assert await s.papers.discussion_of("Concert tonight", s.town) == own


async def test_the_feed_is_read_whole_again(store: SqlStore) -> None:
    s = await joined(store, (NEWS,), (NEWS,))
    later = START + timedelta(days=1)

    await store.write(lambda tx: tx.sql.run(update(feeds).values(etag="1", body_digest=b"1")))
    s.papers.clock.time = later
    await s.split()
    async with store.read() as tx:
        feed = await tx.feeds.get(s.courier)
    assert feed is not None
    assert (feed.validators.etag, feed.validators.seen, feed.next_at) == (None, b"", later)


async def test_where_only_the_other_feed_is_read_its_discussion_goes_along_with_its_votes(store: SqlStore) -> None:
    papers = Newspapers(store=store)
    town, club = await papers.community("town"), await papers.community("club")
    one, other = await papers.feed("herald", town, NEWS), await papers.feed("courier", club, ROOM)
    for feed, number in ((one, 1), (other, 2)):
        await papers.read(feed, entry(number, title=f"Live {number}", link="https://news.example/live"))
    there = await papers.discussion_of("Live 1", club)
    await papers.comment(there, ROOM, "ann")
    await papers.vote(there, ROOM, "bob")
    operator = admin(town, Role.OPERATOR)
    await papers.articles.split(operator, await papers.discussion_of("Live 1", town), other)
    assert await papers.discussion_of("Live 2", club) == there
    (row,) = await papers.rows("discussions", id=there)
    assert (row.comments, row.up) == (1, 1)
    assert [post.state for post in await papers.posts(there)] == [PostState.POSTED]


async def test_entries_that_cannot_be_told_apart_stay_together(store: SqlStore) -> None:
    papers = Newspapers(store=store)
    town = await papers.community("town")
    one, other = await papers.feed("herald", town, NEWS), await papers.feed("courier", town, NEWS)
    for feed in (one, other):
        await papers.read(feed, entry(1, title="Live", text="Live", by_id=False))
    a = await papers.discussion_of("Live", town)
    before = await papers.everything()
    with pytest.raises(RequestError, match="cannot be told"):
        await papers.articles.split(admin(town), a, other)
    assert await papers.everything() == before


@pytest.mark.parametrize(
    ("role", "refused"), [(Role.MODERATOR, "for admins"), (Role.ADMIN, "only the operator"), (Role.OPERATOR, None)]
)
async def test_what_other_communities_discuss_is_the_operators(
    store: SqlStore, role: Role, refused: str | None
) -> None:
    s = await scene(store)
    club = await s.papers.community("club")
    await s.papers.feed("courier", club, "web:section/club")
    await s.papers.read(s.courier, entry(2, title="The mill burns"), entry(3, title="Elsewhere"))
    elsewhere = await s.papers.discussion_of("Elsewhere", s.town)
    there = await s.papers.discussion_of("Elsewhere", club)
    await s.papers.comment(there, "web:section/club", "bob")
    await s.papers.vote(there, "web:section/club", "bob")
    before = await s.papers.everything()
    if refused is not None:
        with pytest.raises(RequestError, match=refused):
            await s.papers.articles.merge(admin(s.town, role), elsewhere, s.a)
        assert await s.papers.everything() == before
        return
    await s.papers.articles.merge(admin(s.town, role), elsewhere, s.a)
    (row,) = await s.papers.rows("discussions", id=there)
    assert (row.comments, row.up, row.merged_into) == (1, 1, None)
    assert [post.channel.ref for post in await s.papers.posts(there)] == ["web:section/club"]
    async with store.read() as tx:
        (line,) = await tx.journal.logged(club, 9)
    assert line.subject == f"article:{there}"
    assert await s.papers.articles.split(admin(s.town, role), s.a, s.courier) == elsewhere
    assert await s.papers.everything() == before


async def test_what_is_not_here_or_one_already_is_refused(store: SqlStore) -> None:
    s = await scene(store)
    club = await s.papers.community("club")
    with pytest.raises(RequestError, match="not here any more"):
        await s.papers.articles.merge(admin(club, Role.OPERATOR), s.b, s.a)
    with pytest.raises(RequestError, match="nothing to split off"):
        await s.papers.articles.split(admin(s.town), s.a, s.herald)
    with pytest.raises(RequestError, match="did not bring"):
        await s.split()
    await s.merge()
    with pytest.raises(RequestError, match="one article already"):
        await s.merge()


async def test_three_that_are_one_come_apart_in_any_order(store: SqlStore) -> None:
    s = await scene(store)
    third = await s.papers.feed("gazette", s.town, NEWS)
    await s.papers.read(third, entry(3, title="Mill on fire"))
    c = await s.papers.discussion_of("Mill on fire", s.town)
    for discussion, name in ((s.a, "ann"), (s.b, "bob"), (c, "cid")):
        await s.papers.comment(discussion, NEWS, name)
        await s.papers.vote(discussion, NEWS, name)
        await s.papers.flag_article(discussion, NEWS, name)
    before = await s.papers.everything()
    for order in ((s.courier, third), (third, s.courier)):
        await s.papers.articles.merge(admin(s.town), c, s.b)
        await s.merge()
        (row,) = await s.papers.rows("discussions", id=s.a)
        assert (row.comments, row.up) == (3, 3)
        assert len(await s.papers.rows("cases", state=CaseState.OPEN)) == 1
        for feed in order:
            await s.papers.articles.split(admin(s.town), s.a if (order[0] == third or feed == s.courier) else s.b, feed)
        assert await s.papers.everything() == before


async def test_pruning_keeps_what_is_discussed_and_what_was_merged_into_it(store: SqlStore) -> None:
    s = await scene(store)
    await s.papers.comment(s.b, NEWS, "bob")
    await s.merge()
    later = START + timedelta(days=400)
    await store.write(lambda tx: tx.sql.run(delete(outbox)))  # all is done
    await store.prune(before=later, now=later)
    assert len(await s.papers.rows("articles")) == 2
    assert await s.split() == s.b
    await store.write(lambda tx: tx.sql.run(delete(outbox)))
    await store.prune(before=later, now=later)
    assert [row.id for row in await s.papers.rows("articles")] == [2]


async def test_a_backup_of_what_is_merged_can_be_read_back_and_split(
    store: SqlStore, sqlite_url: str, tmp_path: Path
) -> None:
    s = await scene(store)
    await s.papers.comment(s.b, NEWS, "bob")
    await s.papers.flag_article(s.a, NEWS, "ann")
    await s.papers.flag_article(s.b, NEWS, "ann")
    await s.merge()
    target = tmp_path / "backup.gz"
    await store.backup(target)
    merged = await s.papers.everything()
    await store.close()
    await restore(sqlite_url, target)
    again = await open_store(sqlite_url)
    try:
        papers = Newspapers(store=again)
        assert await papers.everything() == merged
        assert await papers.articles.split(admin(s.town), s.a, s.courier) == s.b
    finally:
        await again.close()


async def test_what_fails_in_between_leaves_all_as_it_was(store: SqlStore) -> None:
    s = await scene(store)
    await s.papers.comment(s.b, NEWS, "bob")
    before = await s.papers.everything()

    async def fails(*args: object) -> None:
        raise ConnectionError("killed")

    s.papers.articles._settle_posts = fails  # type: ignore[method-assign, assignment]
    with pytest.raises(ConnectionError):
        await s.merge()
    assert await s.papers.everything() == before


async def test_a_correction_that_a_revision_seems_to_have_mended_is_offered_once(store: SqlStore) -> None:
    s = await scene(store)
    await s.papers.correction(s.a, "eve", "enough of them")
    said = "These are the words of story number 1, and there are {} to tell it by."
    for words, text in (("too few", "too few"), ("too few", "too few"), ("plenty", "plenty")):
        await s.papers.read(s.herald, entry(1, title="Fire at the mill", text=said.format(words)))
        (row,) = await s.papers.rows("corrections")
        assert row.offered_text == text
    async with store.read() as tx:
        (article,) = await s.papers.rows("articles", title="Fire at the mill")
        (notice,) = await tx.journal.notices(s.town, 9)
    assert row.offered_revision == article.revision
    assert dict(notice.values) == {"title": "Fire at the mill"}


async def test_a_correction_of_words_that_still_stand_there_is_not_offered(store: SqlStore) -> None:
    s = await scene(store)
    await s.papers.correction(s.a, "eve", "enough of them")
    text = "Just in! These are the words of story number 1, and there are enough of them to tell it by."
    await s.papers.read(s.herald, entry(1, title="Fire at the mill", text=text))
    (row,) = await s.papers.rows("corrections")
    assert row.offered_revision is None
    async with store.read() as tx:
        assert await tx.journal.notices(s.town, 9) == []
