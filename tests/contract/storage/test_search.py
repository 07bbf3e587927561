"""Searching and listing the news: what is found, by whom, and what leaves at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import delete, text, update

from bot.domain.model import (
    Account,
    ArticleSort,
    ChannelId,
    CommentId,
    Content,
    DiscussionId,
    HiddenBy,
    PostState,
    Ref,
    Subject,
    SubjectKind,
    Visibility,
)
from bot.domain.search import read
from bot.ports.newsdesk import Hit, SearchIn, Sight
from bot.ports.pages import Page, Viewer
from bot.ports.stores import Tx
from storage.backup import rebuild_words, restore
from storage.schema.news import articles
from storage.schema.places import channels, discussions, posts
from storage.schema.search import DERIVED
from storage.schema.talk import comments
from storage.store import SqlStore, open_store
from tests.contract.storage.world import NOW, World, add_channel, build, later


def _visitor(world: World, here: str | None = None) -> Sight:
    return Sight(viewer=Viewer(community_id=world.community), here=None if here is None else Ref(here))


def _member(world: World, account: Account) -> Sight:
    return Sight(viewer=Viewer(community_id=world.community, member_id=account.member_id))


async def _page(world: World, words: str, sight: Sight | None = None, page: int = 1) -> Page[Hit]:
    return await world.store.news.search(
        sight or _visitor(world), read(words), within=SearchIn.ALL, channel=None, page=page, size=20
    )


async def _found(
    world: World,
    words: str,
    sight: Sight | None = None,
    *,
    within: SearchIn = SearchIn.ALL,
    channel: ChannelId | None = None,
) -> list[str]:
    """What is found: titles, and the numbers of comments."""
    found = await world.store.news.search(
        sight or _visitor(world), read(words), within=within, channel=channel, page=1, size=20
    )
    assert found.total == len(found.items)
    return [each.article.title if each.comment_id is None else f"#{each.comment_id}" for each in found.items]


async def _article(world: World, title: str) -> DiscussionId:
    return (await world.post(await world.article(title))).discussion_id


async def _said(world: World, discussion: DiscussionId, html: str) -> CommentId:
    return await world.comment(discussion, await world.account("Ann"), html=html)


TITLES = ("L'école de Nice", "Ecole buissonnière", "L’IA au travail", "Un cœur d’or", "Schools open again", "Écoles")

FINDS = [
    pytest.param("ecole", ["Écoles", "Ecole buissonnière", "L'école de Nice"], id="without accents"),
    pytest.param("école", ["Écoles", "Ecole buissonnière", "L'école de Nice"], id="with accents"),
    pytest.param("ÉCOLE", ["Écoles", "Ecole buissonnière", "L'école de Nice"], id="in capitals"),
    pytest.param('"école"', ["Ecole buissonnière", "L'école de Nice"], id="the whole word, in quotes"),
    pytest.param("« l’école »", ["L'école de Nice"], id="in French quotes"),
    pytest.param("école nice", ["L'école de Nice"], id="every word"),
    pytest.param("nice école", ["L'école de Nice"], id="in any order"),
    pytest.param('"nice école"', [], id="in this order"),
    pytest.param("école paris", [], id="a word that is not there"),
    pytest.param("l'ia", ["L’IA au travail"], id="another apostrophe"),
    pytest.param("d'école", [], id="what an apostrophe joins follows"),
    pytest.param("coeur", ["Un cœur d’or"], id="a ligature"),
    pytest.param("buisson*", ["Ecole buissonnière"], id="a beginning"),
    pytest.param("buisson* école", ["Écoles", "Ecole buissonnière"][1:], id="a beginning that is not last"),
    pytest.param("buisson école", [], id="only the last is a beginning by itself"),
    pytest.param("scho", ["Schools open again"], id="the last word is a beginning"),
    pytest.param("school", ["Schools open again"], id="no stemming is needed for that"),
    pytest.param("schooling", [], id="and none is done"),
    pytest.param("buissonniere", ["Ecole buissonnière"], id="accents within"),
    pytest.param("AND", [], id="no word of a language of queries"),
    pytest.param("title : école", [], id="nor a sign of one"),
]


@pytest.mark.parametrize(("words", "found"), FINDS)
async def test_how_words_are_found(world: World, words: str, found: list[str]) -> None:
    for title in TITLES:
        await _article(world, title)
    assert await _found(world, words) == found


async def test_titles_come_first_then_leads_then_comments(world: World) -> None:
    titled = await _article(world, "A lead")
    plain = await _article(world, "Something else")
    early = await _said(world, plain, "<p>Take the <b>le</b>ad.</p>")
    late = await _said(world, titled, "<p>A lead, again.</p>")
    assert await _found(world, "lead") == ["A lead", "Something else", f"#{late}", f"#{early}"]
    assert await _found(world, "lead", within=SearchIn.ARTICLES) == ["A lead", "Something else"]
    assert await _found(world, "lead", within=SearchIn.COMMENTS) == [f"#{late}", f"#{early}"]
    hits = (await _page(world, "lead")).items
    assert [each.snippet.marked() for each in hits] == ["*Lead*.", "*Lead*.", "A *lead*, again.", "Take the *lead*."]
    assert [each.author for each in hits] == [None, None, "Ann", "Ann"]
    assert all(each.article.on_page for each in hits)


async def test_markup_is_no_word(world: World) -> None:
    await _said(world, await _article(world, "One"), '<p class="x"><a href="https://strong.example">here</a></p>')
    assert [await _found(world, word) for word in ("strong", "href", "class")] == [[], [], []]


async def test_many_are_found_page_by_page(world: World) -> None:
    discussion = await _article(world, "One")
    for number in range(45):
        await _said(world, discussion, f"<p>word {number}</p>")
    pages = [await _page(world, "word", page=number) for number in (1, 2, 3, 4)]
    assert [len(each.items) for each in pages] == [20, 20, 5, 0]
    assert {each.total for each in pages} == {45}
    assert len({hit.comment_id for each in pages for hit in each.items}) == 45


async def test_what_changes_is_found_as_it_is_now(world: World) -> None:
    article = await world.article("Before")
    discussion = (await world.post(article)).discussion_id
    said = await _said(world, discussion, "<p>first thoughts</p>")
    await world.write(lambda tx: tx.discussions.edit_comment(said, "<p>second ones</p>", later(1)))
    content = Content(title="After", link=None, lead="Other words.")
    await world.write(lambda tx: tx.articles.revise(article, content, digest=b"2", replace_latest=False, now=later(1)))
    assert [await _found(world, each) for each in ("before", "lead", "thoughts")] == [[], [], []]
    assert [await _found(world, each) for each in ("after", "other", "second")] == [["After"], ["After"], [f"#{said}"]]


async def test_what_is_deleted_leaves_at_once(world: World) -> None:
    discussion = await _article(world, "One")
    said, erased = await _said(world, discussion, "<p>secret</p>"), await _said(world, discussion, "<p>private</p>")
    await world.write(lambda tx: tx.discussions.delete_comment(said, NOW))
    await world.write(lambda tx: _sql(tx, update(comments).where(comments.c.id == erased).values(html="")))
    assert [await _found(world, each) for each in ("secret", "private")] == [[], []]
    assert await _kept(world.store) == 0


async def test_what_is_hidden_leaves_and_comes_back_as_it_is_by_then(world: World) -> None:
    discussion = await _article(world, "One")
    said = await _said(world, discussion, "<p>rude</p>")
    subject = Subject(kind=SubjectKind.COMMENT, id=said)
    await world.write(lambda tx: tx.cases.hide(subject, HiddenBy.MODERATOR, NOW))
    moderator = Sight(viewer=Viewer(community_id=world.community, moderator=True))
    for sight in (_visitor(world), moderator, _member(world, await world.account("Ann"))):
        assert await _found(world, "rude", sight) == []
    assert await _kept(world.store) == 0
    await world.write(lambda tx: tx.discussions.edit_comment(said, "<p>kind</p>", later(1)))
    assert await _found(world, "kind") == []
    await world.write(lambda tx: tx.cases.hide(subject, None, NOW))
    assert (await _found(world, "rude"), await _found(world, "kind")) == ([], [f"#{said}"])


async def test_what_is_removed_leaves_with_its_row(world: World) -> None:
    discussion = await _article(world, "One")
    await _said(world, discussion, "<p>gone</p>")
    await world.write(lambda tx: _sql(tx, delete(comments)))
    await world.write(lambda tx: _sql(tx, delete(articles)))
    assert await _found(world, "gone") == []
    async with world.store.read() as tx:
        assert [await tx.sql.value(text(f"SELECT count(*) FROM {name}")) for name in DERIVED] == [0, 0]


async def test_what_is_scrubbed_leaves_no_trace(world: World) -> None:
    said = await _said(world, await _article(world, "One"), "<p>Xylophilus</p>")
    assert b"xylophilus" in await _bytes(world.store)
    await world.write(lambda tx: tx.discussions.delete_comment(said, NOW))
    await world.write(lambda tx: tx.words.scrub())
    assert b"xylophilus" not in await _bytes(world.store)


async def test_nobody_finds_what_they_may_not_see(world: World) -> None:
    discussion = await _article(world, "Seen by all")
    hall = await add_channel(world, "discord:hall", Visibility.COMMUNITY)
    den = await add_channel(world, "discord:den", Visibility.PRIVATE)
    ann = await world.account("Ann")
    in_hall = await world.comment(discussion, ann, channel=hall, html="<p>talk in the hall</p>")
    in_den = await world.comment(discussion, ann, channel=den, html="<p>talk in the den</p>")
    on_page = await _said(world, discussion, "<p>talk on the page</p>")
    assert await _found(world, "talk") == [f"#{on_page}"]
    assert await _found(world, "talk", _member(world, ann)) == [f"#{on_page}", f"#{in_hall}"]
    assert await _found(world, "talk", _visitor(world, "discord:den")) == [f"#{on_page}", f"#{in_den}"]
    village = await build(world.store, "village")
    assert await _found(village, "talk") == []
    assert await _found(village, "seen") == []
    assert await _found(village, "talk", _visitor(village, "discord:den")) == []


async def test_an_article_is_found_where_it_may_be_seen(world: World) -> None:
    discussion = await _article(world, "Once")
    ann = await world.account("Ann")
    await _said(world, discussion, "<p>about it</p>")
    for visibility, visitor, member in (
        (Visibility.PUBLIC, 2, 2),
        (Visibility.COMMUNITY, 0, 2),
        (Visibility.PRIVATE, 0, 2),  # a section of the page: signed in
    ):
        await world.write(lambda tx, v=visibility: _sql(tx, update(channels).values(visibility=v)))  # type: ignore[misc]
        counts = [len(await _found(world, each, _visitor(world))) for each in ("once", "about")]
        assert sum(counts) == visitor, visibility
        counts = [len(await _found(world, each, _member(world, ann))) for each in ("once", "about")]
        assert sum(counts) == member, visibility
    await world.write(lambda tx: _sql(tx, update(posts).values(state=PostState.DELETED)))
    assert await _found(world, "once", _member(world, ann)) == []


async def test_what_is_for_members_only_is_found_by_members(world: World) -> None:
    discussion = await _article(world, "Once")
    said = await _said(world, discussion, "<p>inside</p>")
    await world.write(lambda tx: _sql(tx, update(posts).values(members_only=True)))
    ann = await world.account("Ann")
    assert [await _found(world, each) for each in ("once", "inside")] == [[], []]
    assert await _found(world, "once", _member(world, ann)) == ["Once"]
    assert await _found(world, "inside", _member(world, ann)) == [f"#{said}"]


async def test_hidden_and_merged_articles_are_not_found(world: World) -> None:
    discussion = await _article(world, "Once")
    await _said(world, discussion, "<p>inside</p>")
    other = await _article(world, "Other")
    for change in ({"hidden_at": NOW}, {"hidden_at": None, "merged_into": other}):
        await world.write(
            lambda tx, c=change: _sql(tx, update(discussions).where(discussions.c.id == discussion).values(**c))  # type: ignore[misc]
        )
        assert [await _found(world, each) for each in ("once", "inside")] == [[], []]


async def test_one_channel_is_searched(world: World) -> None:
    await _article(world, "Once")
    other = await add_channel(world, "web:section/other", Visibility.PUBLIC)
    assert await _found(world, "once", channel=world.section.id) == ["Once"]
    assert await _found(world, "once", channel=other.id) == []


async def test_a_restored_backup_is_searched(world: World, tmp_path: Path, sqlite_url: str, postgres_url: str) -> None:
    said = await _said(world, await _article(world, "L’été"), "<p>chaud</p>")
    await world.store.backup(tmp_path / "backup")
    for url in (sqlite_url, postgres_url):
        await restore(url, tmp_path / "backup")
        store = await open_store(url)
        try:
            again = World(
                store=store, community=world.community, section=world.section, feed=world.feed,
                subscription=world.subscription,
            )  # fmt: skip
            assert await _found(again, "ete") == ["L’été"]
            assert await _found(again, "chaud") == [f"#{said}"]
        finally:
            await store.close()


async def test_the_words_are_made_anew(world: World, database_url: str) -> None:
    said = await _said(world, await _article(world, "L’été"), "<p>chaud</p>")
    await world.write(lambda tx: _sql(tx, text("DELETE FROM comment_words")))
    assert await _found(world, "chaud") == []
    assert await rebuild_words(database_url) == (1, 1)
    assert await _found(world, "chaud") == [f"#{said}"]


async def test_lists_of_news(world: World) -> None:
    first, second, third = [await _article(world, each) for each in ("First", "Second", "Third")]
    votes = {first: (9, 0), second: (40, 9), third: (4, 4)}
    for number, (discussion, (up, down)) in enumerate(votes.items()):
        values = {"up": up, "down": down, "dated": later(number), "hot": float(number)}
        await world.write(
            lambda tx, d=discussion, v=values: _sql(tx, update(discussions).where(discussions.c.id == d).values(**v))  # type: ignore[misc]
        )
    news, sight = world.store.news, _visitor(world)

    async def listed(sort: ArticleSort) -> list[str]:
        found = await news.lines(sight, channel=None, sort=sort, since=None, page=1, size=9)
        assert found.total == 3
        return [each.title for each in found.items]

    assert await listed(ArticleSort.NEW) == ["Third", "Second", "First"]
    assert await listed(ArticleSort.TOP) == ["Second", "First", "Third"]
    best = await news.best(sight, channel=None, since=None, most=2)
    assert [each.title for each in best] == ["First", "Second"], "by the Wilson bound, not by the sum"
    recent = await news.lines(sight, channel=None, sort=ArticleSort.TOP, since=later(1), page=1, size=1)
    assert ([each.title for each in recent.items], recent.total) == (["Second"], 2)


async def _sql(tx: Tx, statement: object) -> None:
    await tx.sql.run(statement)  # type: ignore[attr-defined]


async def _kept(store: SqlStore) -> int:
    async with store.read() as tx:
        return int(await tx.sql.value(text("SELECT count(*) FROM comment_words")))


async def _bytes(store: SqlStore) -> bytes:
    """All that stands in the tables of the search."""
    async with store.read() as tx:
        if tx.sql.engine == "postgresql":
            rows = await tx.sql.all(text("SELECT CAST(words AS text) FROM comment_words"))
        else:
            names = [f"comment_words{part}" for part in ("_content", "_data", "_idx")]
            rows = [row for name in names for row in await tx.sql.all(text(f"SELECT * FROM {name}"))]
    return b" ".join(each if isinstance(each, bytes) else str(each).encode() for row in rows for each in row)
