"""Stories that were taken for two, or for one: admins merge them and part them again, with their discussions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.domain import merging
from bot.domain.identity import digest_of, marker_of
from bot.domain.merging import Move, Parting, Placed, Stand
from bot.domain.model import (
    ArticleId,
    CommunityId,
    Content,
    DiscussionId,
    FeedId,
    PostState,
    Ref,
    Role,
    Subject,
    SubjectKind,
    Subscription,
)
from bot.domain.orders import Publish, Remove
from bot.domain.votes import Ballot, decide_vote, own_ballots
from bot.errors import RequestError
from bot.office import Act, Office, need
from bot.ports.moderation import Actor
from bot.ports.stores import Source, Tx

_NOT_HERE = "This is not here any more."
_ONE = "These two are one article already."
_ELSEWHERE = "Other communities discuss this article too: only the operator can merge or split it."
_NO_SOURCE = "This feed did not bring this article."
_ITSELF = "This feed brought the article first: there is nothing to split off."
_ALIKE = "The entries of this feed cannot be told from those of the other sources, so that they cannot be split."


@dataclass(frozen=True, kw_only=True, slots=True)
class ArticlesSettings:
    """How articles are merged and parted."""

    ballot: Ballot
    expires_after: timedelta  # a post that could not be made by then is old news


class Articles:
    """See `bot.ports.moderation.ArticlesDesk`."""

    def __init__(
        self,
        office: Office,
        settings: ArticlesSettings,
        *,
        reads_store: Callable[[Ref], bool],
        on_due: Callable[[], None],
    ) -> None:
        self._office = office
        self._settings = settings
        self._reads_store = reads_store
        self._on_due = on_due

    async def merge(self, by: Actor, article: DiscussionId, into: DiscussionId) -> None:
        """Make two articles one, with their discussions. Raises RequestError."""

        async def work(act: Act) -> None:
            need(by, Role.ADMIN)
            await act.tx.merging.alone()
            gone, root = await _article(act.tx, by, article), await _article(act.tx, by, into)
            if gone == root:
                raise RequestError(_ONE)
            moved = {each.id for each in await _stands(act.tx, by, gone)}
            await _stands(act.tx, by, root)
            await act.tx.merging.set_merged(gone, root)
            placed = await self._settle(act, root)
            await _log(act, by, "article.merge", [each for each in placed if each.id in moved], gone, root)

        await self._office.act(work)

    async def split(self, by: Actor, article: DiscussionId, source: FeedId) -> DiscussionId:
        """Part a source's story from an article; its own discussion. Raises RequestError."""

        async def work(act: Act) -> DiscussionId:
            need(by, Role.ADMIN)
            await act.tx.merging.alone()
            root = await _article(act.tx, by, article)
            await _stands(act.tx, by, root)
            own = await self._part(act, root, source)
            await act.tx.merging.forget(source)
            await act.tx.feeds.poll_soon(source, act.now)
            made = await act.tx.merging.discuss(own, by.community_id)
            await _log(act, by, "article.split", await act.tx.merging.stands([own]), root, own)
            return made

        made = await self._office.act(work)
        self._on_due()
        return made

    # --- what stands where ---

    async def place(self, act: Act, roots: Sequence[ArticleId]) -> None:
        """Put everything of these articles, and of what is merged into them, where it stands now."""
        await self._settle(act, *roots)

    async def _settle(self, act: Act, *roots: ArticleId) -> Sequence[Stand]:
        """Put everything of these articles, and of what is merged into them, where it stands now."""
        before: list[Stand] = []
        after: list[Stand] = []
        for root in roots:
            ids = merging.tree(await act.tx.merging.stories(root), root)
            await act.tx.merging.place_names(ids, root)
            stands = await self._stands_of(act.tx, root, ids)
            placed = merging.place_stands(stands, root)
            await act.tx.merging.place_stands(placed)
            before.extend(stands)
            after.extend(placed)
        await self._move(act, before, after)
        for root in roots:
            await self._settle_posts(act, root, after)
        return after

    async def _stands_of(self, tx: Tx, root: ArticleId, ids: Sequence[ArticleId]) -> Sequence[Stand]:
        """The discussions of an article and of what is merged into it.

        Where it was posted while another one's discussion was its own too, and that one has left, it gets a new one,
        with what was said under its posts.
        """
        here = {each.community_id for each in await tx.merging.stands(ids) if each.first in ids}
        for placed in await tx.merging.posts(ids):
            channel = placed.post.channel
            if placed.first in ids and channel.community_id not in here:
                to = await tx.merging.discuss(root, channel.community_id)
                await tx.merging.hand_over_comments(placed.post.discussion_id, channel.id, to)
        return [each for each in await tx.merging.stands(ids) if each.first in ids]

    async def _move(self, act: Act, before: Sequence[Stand], after: Sequence[Stand]) -> None:
        hosts = {each.id: each.host for each in after}
        for discussion_id in sorted(hosts):
            await act.tx.discussions.alone_with(discussion_id)
        for each in before:
            if each.host != hosts[each.id]:
                await act.tx.merging.move_talk(each.id, each.host, hosts[each.id])
        cases = await act.tx.merging.cases(list(hosts))
        plan = merging.plan_cases(cases, hosts)
        await act.tx.merging.place_cases(plan, hosts, act.now)
        act.aftermath.case(*plan.touched)
        await act.tx.merging.tidy(list(hosts))
        for each in after:
            await self._derive(act.tx, each.community_id, each.id)
            act.aftermath.touch(each.community_id, each.id)

    async def _derive(self, tx: Tx, community_id: CommunityId, discussion_id: DiscussionId) -> None:
        """Everybody's vote on the article anew, from all that they did; then the totals."""
        subject, ballot = Subject(kind=SubjectKind.ARTICLE, id=discussion_id), self._settings.ballot
        own = own_ballots(await tx.places.own_emoji(), ballot)
        for member_id in await tx.merging.voters(subject):
            reactions = await tx.discussions.reactions(subject, member_id)
            cast = decide_vote(reactions, author=None, ballot=ballot, own=own)
            void = (await tx.standings.get(community_id, member_id)).votes_void
            await tx.discussions.set_vote(subject, member_id, cast, void=void)
        await tx.discussions.set_totals(subject, await tx.discussions.count_votes(subject))

    async def _settle_posts(self, act: Act, root: ArticleId, stands: Sequence[Stand]) -> None:
        ids = merging.tree(await act.tx.merging.stories(root), root)
        hosts = {each.community_id: each.host for each in stands if each.first in ids}
        posts = [each for each in await act.tx.merging.posts(ids) if each.first in ids]
        moves = merging.place_posts(posts, root, hosts, self._reads_store)
        await act.tx.merging.place_posts(moves, act.now)
        for move in moves:
            self._order(act, move)

    def _order(self, act: Act, move: Move) -> None:
        post = move.placed.post
        if move.publish:
            expires_at = act.now + self._settings.expires_after
            act.aftermath.order(Publish(post_id=post.id), lane=post.channel.ref, expires_at=expires_at)
        for ref in move.remove:
            act.aftermath.order(Remove(message=ref), lane=post.channel.ref)

    # --- parting ---

    async def _part(self, act: Act, root: ArticleId, source: FeedId) -> ArticleId:
        stories = await act.tx.merging.stories(root)
        merged = merging.story_of(stories, root, source)
        if merged is not None:
            return await self._revive(act, root, merged.id)
        return await self._make(act, merging.tree(stories, root), source)

    async def _revive(self, act: Act, root: ArticleId, own: ArticleId) -> ArticleId:
        """An article that was merged stands on its own again."""
        tx = act.tx
        whole = merging.tree(await tx.merging.stories(root), root)
        parted = merging.tree(await tx.merging.stories(own), own)
        mine = await tx.merging.sources(parted)
        others = await tx.merging.sources([each for each in whole if each not in parted])
        names = [each for each in await tx.merging.names(root) if each.first not in parted]
        since = merging.learned_since(names, {each.feed_id for each in mine}, {each.feed_id for each in others})
        await tx.merging.hand_over(since, own)
        await self._hand_over_comments(act, root, whole, parted)
        await tx.merging.set_merged(own, None)
        await self._settle(act, own, root)
        return own

    async def _hand_over_comments(
        self, act: Act, root: ArticleId, whole: Sequence[ArticleId], parted: Sequence[ArticleId]
    ) -> None:
        """What was written since under a post that was the parted article's own goes along with it."""
        stands = await act.tx.merging.stands(whole)
        for placed in await act.tx.merging.posts(parted):
            if placed.post.article_id == root:
                own = next((each.id for each in stands if _is_of(each, placed, parted)), None)
                if own is not None and own != placed.post.discussion_id:
                    await act.tx.merging.hand_over_comments(placed.post.discussion_id, placed.post.channel.id, own)

    async def _make(self, act: Act, whole: Sequence[ArticleId], source: FeedId) -> ArticleId:
        """A story that was never stored on its own: an article of what is known of it, until the feed is read again."""
        root, tx = whole[0], act.tx
        sources = await tx.merging.sources(whole)
        line = next((each for each in sources if each.feed_id == source), None)
        if line is None:
            raise RequestError(_NO_SOURCE)
        if line.article_id == root and source == (await tx.merging.stories(root))[0].feed:
            raise RequestError(_ITSELF)
        rest = [each for each in sources if each.feed_id != source]
        parting = merging.part_names(await tx.merging.names(root), source, line.link, [each.link for each in rest])
        if parting is None:
            raise RequestError(_ALIKE)
        own = await self._store(act, line, parting)
        await tx.merging.leave(whole, source)
        await self._hand_over_posts(act, root, own, source, {each.feed_id for each in rest})
        await self._settle(act, own, root)
        return own

    async def _store(self, act: Act, line: Source, parting: Parting) -> ArticleId:
        content = Content(title=line.title, link=line.link)
        names = [each.alias for each in await act.tx.merging.names(line.article_id) if each.alias.key in parting.own]
        own = await act.tx.articles.add(
            line.feed_id,
            content,
            [],
            marker=marker_of(names),
            digest=digest_of(content),
            position=line.position,
            now=line.at,
        )
        await act.tx.merging.hand_over(parting.own, own)
        await act.tx.merging.disown(parting.shared)
        return own

    async def _hand_over_posts(
        self, act: Act, root: ArticleId, own: ArticleId, source: FeedId, others: set[FeedId]
    ) -> None:
        """Posts where only this feed is subscribed go along with what was said there; where others are too, it gets
        posts of its own."""
        tx = act.tx
        mine = {each.channel.id: each for each in await tx.places.subscriptions(source)}
        theirs = [each.channel.id for feed in sorted(others) for each in await tx.places.subscriptions(feed)]
        posts = [each for each in await tx.merging.posts([root]) if each.post.article_id == root]
        going = [each for each in posts if each.post.channel.id in merging.channels_of(mine, theirs)]
        await self._hand_over_stands(tx, root, own, posts, going)
        for placed in going:
            await self._hand_over_post(act, placed, own, mine[placed.post.channel.id])
        for placed in posts:
            both = placed not in going and placed.post.channel.id in mine
            if both and placed.post.state in (PostState.PENDING, PostState.POSTED):
                await self._publish(act, own, mine[placed.post.channel.id])

    async def _hand_over_stands(
        self, tx: Tx, root: ArticleId, own: ArticleId, posts: Sequence[Placed], going: Sequence[Placed]
    ) -> None:
        """A discussion all of whose posts go along goes as a whole, with its votes."""
        staying = {each.post.discussion_id for each in posts if each not in going}
        leaving = {each.post.discussion_id for each in going} - staying
        for stand in await tx.merging.stands([root]):
            if stand.id in leaving and stand.first == root:
                await tx.merging.hand_over_stand(stand.id, own)

    async def _hand_over_post(self, act: Act, placed: Placed, own: ArticleId, subscription: Subscription) -> None:
        channel = placed.post.channel
        to = await act.tx.merging.discuss(own, channel.community_id, sensitive=subscription.sensitive)
        await act.tx.merging.hand_over_post(placed, own)
        if to != placed.post.discussion_id:
            await act.tx.merging.hand_over_comments(placed.post.discussion_id, channel.id, to)

    async def _publish(self, act: Act, own: ArticleId, subscription: Subscription) -> None:
        gathered = subscription.rules.digest is not None
        state = PostState.GATHERED if gathered else PostState.PENDING
        if not subscription.takes_articles:
            return
        post_id = await act.tx.posts.order(own, subscription, state=state, now=act.now)
        if post_id is not None and not gathered:
            expires_at = act.now + self._settings.expires_after
            act.aftermath.order(Publish(post_id=post_id), lane=subscription.channel.ref, expires_at=expires_at)


def _is_of(stand: Stand, placed: Placed, parted: Sequence[ArticleId]) -> bool:
    """Whether a discussion is where a parted article's post was discussed first."""
    return stand.community_id == placed.post.channel.community_id and stand.first == placed.first in parted


async def _article(tx: Tx, by: Actor, discussion_id: DiscussionId) -> ArticleId:
    found = await tx.merging.at(discussion_id)
    if found is None or found[0] != by.community_id:
        raise RequestError(_NOT_HERE)
    return found[1]


async def _stands(tx: Tx, by: Actor, root: ArticleId) -> Sequence[Stand]:
    """An article's discussions. Raises RequestError where some of them are not the actor's to touch."""
    stands = await tx.merging.stands(merging.tree(await tx.merging.stories(root), root))
    if not by.role.allows(Role.OPERATOR) and any(each.community_id != by.community_id for each in stands):
        raise RequestError(_ELSEWHERE)
    return stands


async def _log(act: Act, by: Actor, action: str, stands: Sequence[Stand], before: ArticleId, after: ArticleId) -> None:
    """Write it down in each community that it touches, with the titles of what was and of what is."""
    titles = [article.content.title for each in (before, after) if (article := await act.tx.articles.get(each))]
    for community_id, host in sorted({(each.community_id, each.host) for each in stands}):
        await act.log(community_id, by.account_id, action, f"article:{host}", before=titles[0], after=titles[-1])
