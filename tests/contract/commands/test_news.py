"""News by commands: lists, searches, digests; and articles that go to another channel."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.domain.events import Reacted, Who
from bot.domain.model import Account, CommentId, CommunityId, DiscussionId, PostState, Ref, Role, Visibility
from bot.errors import RequestError
from bot.locale import translator
from bot.locale.answers import as_data, as_text
from bot.ports.commands import Caller
from bot.ports.moderation import Actor
from storage.schema.order import corrections
from storage.schema.people import standings
from storage.schema.places import channels, discussions, posts, shares
from storage.schema.talk import comments
from storage.schema.work import audit_log
from tests.end_to_end.small import START, Town, small_town


@dataclass(slots=True)
class Desk:
    """A town with a section, another one, a members' hall and a den; and Ann, who asks."""

    town: Town
    community: CommunityId
    ann: Account

    def caller(self, role: Role = Role.MEMBER, here: str | None = None) -> Caller:
        actor = Actor(community_id=self.community, account_id=self.ann.id, member_id=self.ann.member_id, role=role)
        return Caller(actor=actor, channel=None if here is None else Ref(here))

    async def ask(self, line: str, caller: Caller | None = None) -> list[dict[str, Any]]:
        answer = await self.said(line, caller)
        return as_data(answer, translator("en"), "UTC")

    async def text(self, line: str, caller: Caller | None = None) -> str:
        return as_text(await self.said(line, caller), translator("en"), "UTC")

    async def said(self, line: str, caller: Caller | None = None) -> Any:
        asked = self.town.commands.read_line(line)
        return await self.town.commands.run(caller or self.caller(), asked.command.name, dict(asked.values))

    async def refused(self, line: str, caller: Caller | None = None) -> str:
        with pytest.raises(RequestError) as error:
            await self.said(line, caller)
        return str(error.value)

    async def channel(self, ref: str, name: str, visibility: Visibility) -> None:
        await self.town.store.write(
            lambda tx: tx.places.put_channel(
                self.community, Ref(ref), name, language="en", zone="UTC", visibility=visibility
            )
        )

    async def run(self, statement: Any) -> None:
        await self.town.store.write(lambda tx: tx.sql.run(statement))

    async def rows(self, statement: Any) -> list[tuple[Any, ...]]:
        async with self.town.store.read() as tx:
            return [tuple(row) for row in await tx.sql.all(statement)]


@pytest.fixture
async def desk(database_url: str) -> AsyncIterator[Desk]:
    async with small_town(database_url) as town:
        community = await town.community("town", default=True)
        ann = await town.store.write(
            lambda tx: tx.members.seen("web", Ref("web:account/Ann"), "Ann", bot=False, now=START)
        )
        made = Desk(town=town, community=community, ann=ann)
        await made.channel("web:section/other", "Other", Visibility.PUBLIC)
        await made.channel("chat:hall", "Hall", Visibility.COMMUNITY)
        await made.channel("chat:den", "Den", Visibility.PRIVATE)
        yield made


async def _voted(desk: Desk, discussion: DiscussionId, who: str, emoji: str = "👍") -> None:
    async with desk.town.store.read() as tx:
        (post, *_) = await tx.posts.of_discussion(discussion)
    assert post.ref is not None
    await desk.town.discussion.take(
        Reacted(
            reaction=Ref(f"web:reaction/{who}/{discussion}"),
            message=post.ref,
            who=Who(ref=Ref(f"web:account/{who}"), name=who),
            emoji=emoji,
            at=START,
        )
    )


async def test_lists_say_number_title_votes_and_page(desk: Desk) -> None:
    first, second = await desk.town.article("Bridge opened", "town"), await desk.town.article("Market moved", "town")
    await _voted(desk, first, "Bob")
    (listing,) = await desk.ask("news top")
    base = desk.town.web.settings.base
    assert [(row["article"], row["title"], row["votes"], row["page"]) for row in listing["rows"]] == [
        (first, "Bridge opened", "▲1 ▼0", f"{base}/a/{first}"),
        (second, "Market moved", "▲0 ▼0", f"{base}/a/{second}"),
    ]
    (newest,) = await desk.ask("news new")
    assert [row["article"] for row in newest["rows"]] == [second, first]
    (digest,) = await desk.ask("news digest")
    assert [row["article"] for row in digest["rows"]] == [first, second]
    desk.town.clock.time = START + timedelta(days=3)
    assert "There were no articles in this time." in await desk.text("news top --period day")
    assert "Bridge opened" in await desk.text("news digest --period week")


async def test_a_search_says_what_was_found_and_where(desk: Desk) -> None:
    article = await desk.town.article("École ouverte", "town")
    comment = await desk.town.comment(article, "Bob", "<p>Une bonne école, enfin.</p>")
    (listing,) = await desk.ask("news search ecole")
    base = desk.town.web.settings.base
    assert [(row["article"], row["found"], row["by"], row["page"]) for row in listing["rows"]] == [
        (article, "*École* ouverte", "news.example", f"{base}/a/{article}"),
        (article, "Une bonne *école*, enfin.", "Bob", f"{base}/a/{article}/c/{comment}"),
    ]
    assert await desk.text("news search nothing") == "Nothing was found for “nothing”."
    assert await desk.refused("news search …") == "Please give at least one word to look for."


async def test_what_is_private_is_found_where_it_is(desk: Desk) -> None:
    article = await desk.town.article("Bridge opened", "town")
    await desk.run(
        update(posts).values(channel_id=select(channels.c.id).where(channels.c.ref == "chat:den").scalar_subquery())
    )
    assert "no articles here" in await desk.text("news new")
    (listing,) = await desk.ask("news new", desk.caller(here="chat:den"))
    assert [(row["article"], row["page"]) for row in listing["rows"]] == [(article, None)]


async def _liked(desk: Desk, comment: CommentId, up: int, down: int = 0) -> None:
    await desk.run(update(comments).where(comments.c.id == comment).values(up=up, down=down, score=up - down))


async def test_the_best_comments_are_those_that_others_liked(desk: Desk) -> None:
    article = await desk.town.article("Bridge opened", "town")
    good, better, _, disliked, hidden = [
        await desk.town.comment(article, name, f"<p>Says {name}.</p>") for name in ("Bob", "Cat", "Dan", "Eve", "Fay")
    ]
    await _liked(desk, good, 1)
    await _liked(desk, better, 3, 1)
    await _liked(desk, disliked, 1, 2)
    await _liked(desk, hidden, 9)
    await desk.run(update(comments).where(comments.c.id == hidden).values(hidden_at=START))
    (listing,) = await desk.ask(f"news best {article}")
    base = desk.town.web.settings.base
    assert [(row["by"], row["comment"], row["votes"], row["page"]) for row in listing["rows"]] == [
        ("Cat", "Says Cat.", "▲3 ▼1", f"{base}/a/{article}/c/{better}"),
        ("Bob", "Says Bob.", "▲1 ▼0", f"{base}/a/{article}/c/{good}"),
    ]


async def test_the_best_comments_of_a_private_channel_are_shown_there_alone(desk: Desk) -> None:
    article = await desk.town.article("Bridge opened", "town")
    await _liked(desk, await desk.town.comment(article, "Bob", "<p>Between us.</p>"), 1)
    den = select(channels.c.id).where(channels.c.ref == "chat:den").scalar_subquery()
    await desk.run(update(comments).values(channel_id=den))
    assert await desk.text(f"news best {article}") == "Nobody has liked a comment here yet."
    assert "Between us." in await desk.text(f"news best {article}", desk.caller(here="chat:den"))


async def test_in_a_thread_its_article_is_meant(desk: Desk) -> None:
    await desk.town.article("Market moved", "town")
    article = await desk.town.article("Bridge opened", "town")
    await _liked(desk, await desk.town.comment(article, "Bob", "<p>At last.</p>"), 1)
    async with desk.town.store.read() as tx:
        (post,) = await tx.posts.of_discussion(article)
    for place in (post.thread, post.ref):
        there = replace(desk.caller(), thread=place)
        assert "At last." in await desk.text("news best", there)
    assert (await desk.text("news error dead-link", there)).startswith("Thank you")
    (found,) = await desk.rows(select(corrections.c.discussion_id, corrections.c.kind))
    assert found == (article, "dead-link")
    assert "Say which article" in await desk.refused("news best")
    strangers = await desk.town.community("village", default=False)
    elsewhere = replace(there, actor=replace(there.actor, community_id=strangers))
    assert "Say which article" in await desk.refused("news best", elsewhere)


async def test_an_error_is_reported_with_the_words_that_are_wrong(desk: Desk) -> None:
    article = await desk.town.article("Bridge opened", "town")
    assert "copy the words" in await desk.refused(f"news error typo --article {article}")
    assert "not in the article" in await desk.refused(f"news error typo --article {article} --excerpt tunnel")
    line = f"news error typo It was closed. --article {article} --excerpt opened"
    assert (await desk.text(line)).startswith("Thank you")
    assert "already" in await desk.refused(line)


async def test_an_article_is_shared_once(desk: Desk) -> None:
    article = await desk.town.article("Bridge opened", "town")
    said = await desk.text(f"news share {article} other")
    assert said == "“Bridge opened” is on its way to Other. It was shared 1 time."
    assert await desk.refused(f"news share {article} other") == "This article stands in the channel Other already."
    await desk.town.delivered()
    assert await desk.refused(f"news share {article} other") == "This article stands in the channel Other already."
    assert await desk.refused(f"news share {article} town") == "This article stands in the channel Town already."
    assert await desk.text(f"news share {article} hall") == (
        "“Bridge opened” is on its way to Hall. It was shared 2 times."
    )
    assert await desk.rows(select(discussions.c.shares)) == [(2,)]
    assert await desk.rows(select(shares.c.account_id)) == [(desk.ann.id,)] * 2
    states = await desk.rows(select(posts.c.state).order_by(posts.c.id))
    assert states[:2] == [(PostState.POSTED,)] * 2
    logged = select(audit_log.c.account_id, audit_log.c.action, audit_log.c.subject, audit_log.c.after)
    assert (desk.ann.id, "article.share", f"article:{article}", "channel:2") in await desk.rows(logged)


SHARES = [
    pytest.param("den", Role.MEMBER, None, "You cannot write in the channel Den: it is private.", id="into a den"),
    pytest.param("den", Role.MEMBER, "chat:den", None, id="from within the den"),
    pytest.param("den", Role.MODERATOR, None, None, id="by a moderator"),
    pytest.param("other", Role.READER, None, "Sign in to take part.", id="by a reader"),
]


@pytest.mark.parametrize(("to", "role", "here", "refusal"), SHARES)
async def test_who_may_share_where(desk: Desk, to: str, role: Role, here: str | None, refusal: str | None) -> None:
    article = await desk.town.article("Bridge opened", "town")
    line, caller = f"news share {article} {to}", desk.caller(role, here)
    if refusal is None:
        assert "is on its way" in await desk.text(line, caller)
    else:
        assert await desk.refused(line, caller) == refusal
        assert await desk.rows(select(shares.c.channel_id)) == []


@pytest.mark.parametrize(
    ("stands_in", "to", "refusal"),
    [
        pytest.param("chat:den", "other", "This article stands in private channels only", id="private to public"),
        pytest.param("chat:den", "hall", "This article stands in private channels only", id="private to members"),
        pytest.param("chat:hall", "other", "This article is for members only", id="members to public"),
    ],
)
async def test_nothing_is_shared_outward(desk: Desk, stands_in: str, to: str, refusal: str) -> None:
    article = await desk.town.article("Bridge opened", "town")
    await desk.run(
        update(posts).values(channel_id=select(channels.c.id).where(channels.c.ref == stands_in).scalar_subquery())
    )
    assert (await desk.refused(f"news share {article} {to}", desk.caller(here=stands_in))).startswith(refusal)


async def test_what_is_for_members_only_stays_so(desk: Desk) -> None:
    article = await desk.town.article("Bridge opened", "town")
    await desk.run(update(posts).values(members_only=True))
    assert "for members only" in await desk.refused(f"news share {article} other")
    assert "on its way" in await desk.text(f"news share {article} hall")
    assert await desk.rows(select(posts.c.members_only)) == [(True,), (True,)]


async def test_who_is_barred_shares_nothing(desk: Desk) -> None:
    article = await desk.town.article("Bridge opened", "town")
    await desk.town.store.write(lambda tx: tx.members.grant(desk.community, desk.ann.member_id, Role.MEMBER))
    await desk.run(update(standings).values(banned_at=START))
    assert await desk.refused(f"news share {article} other") == "You can no longer take part here."


async def test_hidden_and_held_articles_are_not_shared(desk: Desk) -> None:
    article = await desk.town.article("Bridge opened", "town")
    await desk.run(update(posts).values(state=PostState.HELD))
    assert "held back" in await desk.refused(f"news share {article} town")
    assert await desk.refused(f"news share {article} other") == "This is not here any more."
    await desk.run(update(posts).values(state=PostState.POSTED))
    await desk.run(update(discussions).values(hidden_at=START))
    assert await desk.refused(f"news share {article} other") == "This is not here any more."
