"""Articles: what they are recognised by, their revisions and sources."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot.domain.model import AliasKind, Article, ArticleId, Content, KnownArticle, Totals
from bot.domain.ranking import Liveliness, hot
from bot.ports.stores import Tx
from storage.schema.news import aliases, article_revisions, article_sources
from storage.store import SqlStore
from tests.contract.storage.world import NOW, World, alias, build, key, later

NINE = Liveliness(trusted=Totals(up=9), commenters=1)
FULL = Content(
    title="L’été d’après",
    link="https://news.example/ete",
    author="É. Auteur",
    published=datetime(2026, 2, 28, 23, 59, 59, 999_999, tzinfo=UTC),
    lead="Un début.",
    summary="<p>Un début.</p>",
    body="<p>Tout le texte 🚲</p>",
    image="https://news.example/i.jpg",
    categories=("Société", 'Guillemets "doubles"'),
    comments_url="https://news.example/ete#c",
    language="fr",
    teaser=True,
)


async def _add(world: World, content: Content = FULL, *names: str) -> ArticleId:
    return await world.write(
        lambda tx: tx.articles.add(
            world.feed,
            content,
            [alias(name) for name in names],
            marker="abcdefghij",
            digest=b"one",
            position=0,
            now=NOW,
        )
    )


async def _get(store: SqlStore, article_id: ArticleId) -> Article:
    async with store.read() as tx:
        article = await tx.articles.get(article_id)
    assert article is not None
    return article


async def test_an_article_comes_back_as_it_was(world: World) -> None:
    article = await _get(world.store, article_id := await _add(world, FULL))
    assert article == Article(
        id=article_id,
        marker="abcdefghij",
        primary_feed=world.feed,
        source="news.example",
        content=FULL,
        revision=1,
        first_seen=NOW,
    )
    async with world.store.read() as tx:
        assert await tx.articles.get(ArticleId(999)) is None


async def test_it_is_known_by_each_of_its_aliases(world: World) -> None:
    article_id = await _add(world, FULL, "a", "b")
    async with world.store.read() as tx:
        known = await tx.articles.known([key("a"), key("b"), key("unknown"), key("a")])
    expected = KnownArticle(
        id=article_id,
        primary_feed=world.feed,
        sources=frozenset({world.feed}),
        digest=b"one",
        revisions=1,
        published=FULL.published,
        first_seen=NOW,
    )
    assert known == {key("a"): expected, key("b"): expected}


async def test_more_keys_than_a_statement_takes(world: World) -> None:
    article_id = await _add(world, FULL, "a")
    async with world.store.read() as tx:
        known = await tx.articles.known([*(key(f"n{n}") for n in range(12_000)), key("a")])
    assert [each.id for each in known.values() if each] == [article_id]


async def test_an_alias_stays_with_the_article_that_has_it(world: World) -> None:
    first, second = await _add(world, FULL, "a"), await _add(world, FULL, "b")
    names = [alias("a"), alias("c", AliasKind.FINGERPRINT)]
    await world.write(lambda tx: tx.articles.learn(second, names, world.feed, NOW))
    async with world.store.read() as tx:
        known = await tx.articles.known([key("a"), key("b"), key("c")])
    assert {name: known[key(name)].id for name in "abc"} == {"a": first, "b": second, "c": second}  # type: ignore[union-attr]


async def test_a_disowned_link_identifies_nothing_unless_it_does_already(world: World) -> None:
    article_id = await _add(world, FULL, "a")
    await world.write(lambda tx: tx.articles.disown([key("a"), key("shared")], NOW))
    await world.write(lambda tx: tx.articles.learn(article_id, [alias("shared")], world.feed, NOW))
    async with world.store.read() as tx:
        known = await tx.articles.known([key("a"), key("shared")])
    assert known[key("shared")] is None
    assert known[key("a")] is not None


async def test_another_feed_is_another_source(world: World) -> None:
    other = await build(world.store, feed="https://other.example/feed")
    article_id = await _add(world, FULL, "a")
    for _ in range(2):
        await world.write(
            lambda tx: tx.articles.add_source(
                article_id, other.feed, position=7, title="As there", link="https://other.example/1", now=NOW
            )
        )
    async with world.store.read() as tx:
        known = (await tx.articles.known([key("a")]))[key("a")]
    assert known is not None
    assert known.sources == {world.feed, other.feed}
    assert known.primary_feed == world.feed
    assert await _sources(world.store, article_id) == [
        (world.feed, FULL.title, FULL.link),
        (other.feed, "As there", "https://other.example/1"),
    ]


async def _sources(store: SqlStore, article_id: ArticleId) -> list[tuple[int, str, str | None]]:
    of_article = select(article_sources).where(article_sources.c.article_id == article_id)
    async with store.read() as tx:
        return [(row.feed_id, row.title, row.link) for row in await tx.sql.all(of_article.order_by("feed_id"))]


async def test_an_alias_knows_which_feed_brought_it(world: World) -> None:
    other = await build(world.store, feed="https://other.example/feed")
    article_id = await _add(world, FULL, "a")
    await world.write(lambda tx: tx.articles.learn(article_id, [alias("b")], other.feed, NOW))
    await world.write(lambda tx: tx.articles.disown([key("c")], NOW))
    async with world.store.read() as tx:
        rows = await tx.sql.all(select(aliases.c.key, aliases.c.feed_id))
    assert {row.key: row.feed_id for row in rows} == {key("a"): world.feed, key("b"): other.feed, key("c"): None}


async def _revisions(store: SqlStore, article_id: ArticleId) -> list[tuple[int, str, datetime]]:
    r = article_revisions
    async with store.read() as tx:
        rows = await tx.sql.all(select(r).where(r.c.article_id == article_id).order_by(r.c.revision))
    return [(row.revision, row.title, row.at) for row in rows]


async def test_a_revision_keeps_what_was_said_before(world: World) -> None:
    article_id = await _add(world)
    second = Content(title="Second", link=None)
    await world.write(
        lambda tx: tx.articles.revise(article_id, second, digest=b"two", replace_latest=False, now=later(60))
    )
    article = await _get(world.store, article_id)
    assert (article.content, article.revision, article.revised_at) == (second, 2, later(60))
    assert article.dated == NOW
    assert await _revisions(world.store, article_id) == [(1, FULL.title, NOW)]


async def test_the_latest_revision_can_be_replaced(world: World) -> None:
    article_id = await _add(world)
    for title, replace in (("Second", False), ("Third", True)):
        content = Content(title=title, link=None)
        await world.write(
            lambda tx, c=content, r=replace: tx.articles.revise(  # type: ignore[misc]
                article_id, c, digest=b"x", replace_latest=r, now=later(60)
            )
        )
    article = await _get(world.store, article_id)
    assert (article.content.title, article.revision) == ("Third", 2)
    assert [title for _, title, _ in await _revisions(world.store, article_id)] == [FULL.title]


async def test_a_new_date_moves_the_article_in_its_discussions(world: World) -> None:
    post = await world.post(await world.article(published=NOW))
    await world.write(lambda tx: tx.discussions.set_activity(post.discussion_id, comments=1, hot=hot(NINE, NOW)))
    dated = later(86_400)
    content = Content(title="Later", link=None, published=dated)
    await world.write(
        lambda tx: tx.articles.revise(post.article_id, content, digest=b"x", replace_latest=False, now=later(1))
    )
    async with world.store.read() as tx:
        assert await tx.discussions.dated(post.discussion_id) == dated
    assert await _hot(world.store, post.discussion_id) == pytest.approx(hot(NINE, dated))


async def _hot(store: SqlStore, discussion_id: int) -> Any:
    from sqlalchemy import select

    from storage.schema.places import discussions as d

    async with store.read() as tx:
        return await tx.sql.value(select(d.c.hot).where(d.c.id == discussion_id))


async def test_a_discussion_begins_as_hot_as_its_date(world: World) -> None:
    post = await world.post(await world.article(published=later(-500)))
    assert await _hot(world.store, post.discussion_id) == pytest.approx(hot(Liveliness(), later(-500)))


async def test_recent_is_by_date_then_by_place_in_the_document(world: World) -> None:
    def _content(title: str, published: datetime | None) -> Content:
        return Content(title=title, link=None, published=published)

    async def work(tx: Tx) -> list[ArticleId]:
        dates = [later(-100), None, None, later(-50), later(-200)]
        return [
            await tx.articles.add(world.feed, _content(str(n), at), [], marker="m", digest=b"", position=n, now=NOW)
            for n, at in enumerate(dates)
        ]

    ids = await world.write(work)
    async with world.store.read() as tx:
        recent = await tx.articles.recent(world.feed, 4)
        assert await tx.articles.recent(world.feed, 0) == []
    assert recent == [ids[1], ids[2], ids[3], ids[0]]


_moments = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30)).map(lambda at: at.replace(tzinfo=UTC))  # noqa: DTZ001
_texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    title=_texts,
    body=_texts,
    categories=st.lists(_texts, max_size=3),
    published=_moments,
    digest=st.binary(max_size=20),
)
async def test_every_text_date_and_digest_survives(
    world: World, title: str, body: str, categories: list[str], published: datetime, digest: bytes
) -> None:
    content = Content(title=title, link=None, body=body, categories=tuple(categories), published=published)
    name = f"survivor {next(world.numbers)}"
    article_id = await world.write(
        lambda tx: tx.articles.add(world.feed, content, [alias(name)], marker="m", digest=digest, position=0, now=NOW)
    )
    async with world.store.read() as tx:
        article = await tx.articles.get(article_id)
        known = (await tx.articles.known([key(name)]))[key(name)]
    assert article is not None
    assert article.content == content
    assert known is not None
    assert known.digest == digest


async def test_what_an_article_said_at_a_revision(world: World) -> None:
    article_id = await _add(world)
    second, third = Content(title="Second", link=None), Content(title="Third", link=None)
    for content, replace in ((second, False), (third, True)):
        await world.write(
            lambda tx, c=content, r=replace: tx.articles.revise(  # type: ignore[misc]
                article_id, c, digest=b"x", replace_latest=r, now=later(60)
            )
        )
    async with world.store.read() as tx:
        assert await tx.articles.content_at(article_id, 1) == FULL
        assert await tx.articles.content_at(article_id, 2) == third
        assert await tx.articles.content_at(article_id, 3) is None
        assert await tx.articles.content_at(ArticleId(999), 1) is None
