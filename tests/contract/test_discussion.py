"""What happens in the networks, stored: comments, votes, flags, on both databases and from many at once."""

from __future__ import annotations

import asyncio

from bot.domain.events import Cleared, Deleted, Echoed, Edited, Flagged, Outcome, Posted, Reacted, Unreacted, Who
from bot.domain.model import CommunityId, DiscussionId, FlagReason, PostState, Ref, Totals
from bot.domain.orders import OutboxState
from bot.ports.pages import CommentSort, CommentView, Viewer
from tests.end_to_end.small import Town, small_town


def who(name: str, *, bot: bool = False) -> Who:
    return Who(ref=Ref(f"web:account/{name}"), name=name, bot=bot)


class Scene:
    """A discussion with one comment of ann's."""

    def __init__(self, town: Town, community: CommunityId, discussion: DiscussionId, thread: Ref) -> None:
        self.town, self.discussion, self.thread = town, discussion, thread
        self.viewer = Viewer(community_id=community)
        self.comment = Ref("web:comment/0000000000000001")

    async def post(self, message: Ref | None = None, name: str = "ann", **changes: object) -> Outcome:
        fields: dict[str, object] = {
            "message": message or self.comment,
            "thread": self.thread,
            "who": who(name),
            "html": "<p>Words</p>",
            "at": self.town.clock.now(),
        }
        return await self.town.discussion.take(Posted(**(fields | changes)))  # type: ignore[arg-type]

    async def react(self, name: str, emoji: str = "👍", message: Ref | None = None, **changes: object) -> None:
        target = message or self.comment
        fields: dict[str, object] = {
            "reaction": Ref(f"web:reaction/{name}/{emoji}/{target}"),
            "message": target,
            "who": who(name),
            "emoji": emoji,
            "at": self.town.clock.now(),
        }
        await self.town.discussion.take(Reacted(**(fields | changes)))  # type: ignore[arg-type]

    async def unreact(self, name: str, emoji: str = "👍") -> None:
        reaction = Ref(f"web:reaction/{name}/{emoji}/{self.comment}")
        await self.town.discussion.take(Unreacted(reaction=reaction, at=self.town.clock.now()))

    async def shown(self) -> list[CommentView]:
        found = await self.town.store.pages.comments(
            self.viewer, self.discussion, sort=CommentSort.BEST, page=1, size=50
        )
        return list(found.items)

    async def totals(self) -> Totals:
        return (await self.shown())[0].totals


async def scene(town: Town) -> Scene:
    community = await town.community("town", default=True)
    discussion = await town.article("A story", "town")
    made = Scene(town, community, discussion, await town.thread(discussion))
    await made.post()
    return made


async def test_the_same_event_twice_is_one(database_url: str) -> None:
    async with small_town(database_url) as town:
        talk = await scene(town)
        again = await talk.post(html="<p>Other words</p>")
        assert again.comment == (await talk.shown())[0].id
        for _ in range(2):
            await talk.react("bob")
        assert await talk.totals() == Totals(up=1)
        for _ in range(2):
            await talk.unreact("bob")
        assert await talk.totals() == Totals()
        assert len(await talk.shown()) == 1


async def test_votes_of_many_at_once_are_all_counted(database_url: str) -> None:
    async with small_town(database_url) as town:
        talk = await scene(town)
        await asyncio.gather(*(talk.react(f"m{n}", "👍" if n % 3 else "👎") for n in range(30)))
        assert await talk.totals() == Totals(up=20, down=10)
        await asyncio.gather(*(talk.unreact(f"m{n}") for n in range(30)))
        assert await talk.totals() == Totals(down=10)


async def test_comments_of_many_at_once_are_all_counted(database_url: str) -> None:
    async with small_town(database_url) as town:
        talk = await scene(town)
        await asyncio.gather(*(talk.post(Ref(f"web:comment/{n:016}"), f"m{n}") for n in range(100, 125)))
        article = await town.store.pages.article(talk.viewer, talk.discussion, town.clock.now())
        assert article is not None
        assert article.comments == 26


async def test_a_changed_mind_is_the_newer_one_and_taking_it_back_brings_the_older(database_url: str) -> None:
    async with small_town(database_url) as town:
        talk = await scene(town)
        await talk.react("bob", "👍")
        town.clock.time += town.clock.time.resolution
        await talk.react("bob", "👎")
        assert await talk.totals() == Totals(down=1)
        await talk.unreact("bob", "👎")
        assert await talk.totals() == Totals(up=1)


async def test_authors_bots_and_strange_emoji_do_not_vote(database_url: str) -> None:
    async with small_town(database_url) as town:
        talk = await scene(town)
        await talk.react("ann")
        await talk.react("robot", who=who("robot", bot=True))
        await talk.react("bob", "🎉")
        assert await talk.totals() == Totals()


async def test_clearing_an_emoji_or_all_undoes_them(database_url: str) -> None:
    async with small_town(database_url) as town:
        talk = await scene(town)
        for name, emoji in (("bob", "👍"), ("cid", "👍"), ("dot", "👎")):
            await talk.react(name, emoji)
        await town.discussion.take(Cleared(message=talk.comment, emoji="👍️", at=town.clock.now()))
        assert await talk.totals() == Totals(down=1)
        await town.discussion.take(Cleared(message=talk.comment, at=town.clock.now()))
        assert await talk.totals() == Totals()


async def test_votes_on_the_post_are_votes_on_the_article(database_url: str) -> None:
    async with small_town(database_url) as town:
        talk = await scene(town)
        async with town.store.read() as tx:
            (post,) = await tx.posts.of_discussion(talk.discussion)
        await talk.react("bob", message=post.ref)
        article = await town.store.pages.article(talk.viewer, talk.discussion, town.clock.now())
        assert article is not None
        assert article.totals == Totals(up=1)


async def test_only_its_author_edits_a_comment_and_nobody_edits_a_deleted_one(database_url: str) -> None:
    async with small_town(database_url) as town:
        talk = await scene(town)

        async def edit(name: str, html: str) -> str | None:
            event = Edited(message=talk.comment, who=who(name), html=html, at=town.clock.now())
            return (await town.discussion.take(event)).refused

        assert await edit("bob", "<p>Bob's words</p>") == "Only its author can change a comment."
        assert await edit("ann", "<p> </p>") == "A comment cannot be empty."
        assert await edit("ann", "<p>Better</p><script>x</script>") is None
        (shown,) = await talk.shown()
        assert (shown.html, shown.edited_at) == ("<p>Better</p>", town.clock.now())
        await town.discussion.take(Deleted(message=talk.comment, at=town.clock.now()))
        assert await edit("ann", "<p>Still here</p>") == "This comment has been deleted."
        assert await talk.shown() == []


async def test_a_deleted_comment_keeps_its_place_where_somebody_answered_it(database_url: str) -> None:
    async with small_town(database_url) as town:
        talk = await scene(town)
        await talk.post(Ref("web:comment/0000000000000002"), "bob", reply_to=talk.comment)
        await town.discussion.take(Deleted(message=talk.comment, at=town.clock.now()))
        first, second = await talk.shown()
        assert (first.deleted, first.html) == (True, "")
        assert second.parent_id == first.id


async def test_what_is_said_of_unknown_messages_changes_nothing(database_url: str) -> None:
    async with small_town(database_url) as town:
        talk = await scene(town)
        nowhere, now = Ref("web:comment/unknown000000000"), town.clock.now()
        assert (await talk.post(nowhere, thread=Ref("web:thread/elsewhere"))) == Outcome()
        await talk.react("bob", message=nowhere)
        for event in (
            Deleted(message=nowhere, at=now),
            Cleared(message=nowhere, at=now),
            Unreacted(reaction=nowhere, at=now),
            Edited(message=nowhere, who=who("bob"), html="<p>x</p>", at=now),
        ):
            assert await town.discussion.take(event) == Outcome()


async def test_bots_say_nothing_here(database_url: str) -> None:
    async with small_town(database_url) as town:
        talk = await scene(town)
        await talk.post(Ref("web:comment/0000000000000002"), who=who("robot", bot=True))
        assert len(await talk.shown()) == 1


async def test_a_flag_is_filed_once_by_form_or_by_emoji_and_no_removal_takes_it_back(database_url: str) -> None:
    async with small_town(database_url) as town:
        talk = await scene(town)
        flag = Flagged(message=talk.comment, who=who("bob"), reason=FlagReason.UNKIND, text="Look", at=town.clock.now())
        assert (await town.discussion.take(flag)).refused is None
        assert (await town.discussion.take(flag)).refused is not None
        await talk.react("cid", "🚩")
        await talk.unreact("cid", "🚩")
        assert (await town.discussion.take(Flagged(
            message=talk.comment, who=who("cid"), reason=FlagReason.SPAM, text="", at=town.clock.now()
        ))).refused is not None  # fmt: skip
        assert await talk.totals() == Totals()


async def test_a_second_message_for_a_post_that_turns_up_late_is_deleted(database_url: str) -> None:
    async with small_town(database_url) as town:
        talk = await scene(town)
        async with town.store.read() as tx:
            (post,) = await tx.posts.of_discussion(talk.discussion)
            article = await tx.articles.get(post.article_id)
            before = await tx.outbox.counts()
        assert article is not None
        assert post.ref is not None
        for message in (post.ref, Ref("web:said/late")):
            await town.discussion.take(
                Echoed(message=message, place=post.channel.ref, marker=article.marker, at=town.clock.now())
            )
        await town.delivered()
        async with town.store.read() as tx:
            after = await tx.outbox.counts()
        assert after[OutboxState.DONE] == before[OutboxState.DONE] + 1


async def test_a_post_that_is_deleted_on_its_network_leaves_the_page(database_url: str) -> None:
    async with small_town(database_url) as town:
        talk = await scene(town)
        async with town.store.read() as tx:
            (post,) = await tx.posts.of_discussion(talk.discussion)
        assert post.ref is not None
        await town.discussion.take(Deleted(message=post.ref, at=town.clock.now()))
        async with town.store.read() as tx:
            (gone,) = await tx.posts.of_discussion(talk.discussion)
        assert gone.state is PostState.DELETED
        assert await town.store.pages.article(talk.viewer, talk.discussion, town.clock.now()) is None
