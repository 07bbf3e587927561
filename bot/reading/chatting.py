"""What chat networks ask for: whose words are spoken where, the best comments, reported errors, small notes."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.events import Outcome, Who
from bot.domain.html import lead
from bot.domain.model import Channel, Comment, CommunityId, CorrectionKind, Post, Ref, ServerStanding, network_of
from bot.errors import RequestError
from bot.office import Act, Office, tongue_of
from bot.ports.chat import BestComment, Place
from bot.ports.moderation import Actor, CorrectionsDesk
from bot.ports.stores import Tx
from bot.returning import account_of

EXCERPT = 200  # characters
NOTES = "chat:"  # what their names begin with among the settings

_NOT_HERE = "This is not here any more."


class ChattingDesk:
    """See `bot.ports.chat.ChatDesk`."""

    def __init__(self, office: Office, corrections: CorrectionsDesk) -> None:
        self._office = office
        self._corrections = corrections

    async def place(self, server: Ref | None, *places: Ref) -> Place | None:
        async with self._office.read() as tx:
            known = await tx.places.server(server) if server is not None else None
            if known is not None and known.standing is not ServerStanding.ADMITTED:
                return None
            for each in places:
                if (channel := await _channel(tx, each)) is not None:
                    return _in(channel)
            if known is None or known.community_id is None:
                return None
            return await _around(tx, known.ref, known.community_id)

    async def best(self, place: Ref, limit: int) -> Sequence[BestComment]:
        async with self._office.read() as tx:
            post = await tx.posts.find(place)
            comment = await tx.discussions.comment_by_ref(place) if post is None else None
            if post is not None:
                where = post.discussion_id, post.channel.id
            elif comment is not None:
                where = comment.discussion_id, comment.channel_id
            else:
                return []
            best = await tx.discussions.best(*where, network_of(place), limit)
        return [_best(comment, author) for comment, author in best]

    async def report_error(self, who: Who, post: Ref, kind: CorrectionKind, *, excerpt: str, remark: str) -> Outcome:
        found = await self._office.act(lambda act: _reporter(act, who, post))
        if found is None:
            return Outcome(refused=_NOT_HERE)
        by, article, revision = found
        try:
            await self._corrections.report(
                by, article.discussion_id, kind, excerpt=excerpt, remark=remark, revision=revision
            )
        except RequestError as refused:
            return Outcome(refused=refused.key, values=tuple(refused.values.items()))
        return Outcome()

    async def recall(self, name: str) -> str | None:
        async with self._office.read() as tx:
            return await tx.settings.get(NOTES + name)

    async def note(self, name: str, value: str) -> None:
        await self._office.act(lambda act: act.tx.settings.put(NOTES + name, value))


async def _channel(tx: Tx, ref: Ref) -> Channel | None:
    """The channel with this reference, or where the post or thread with it stands."""
    post = await tx.posts.find(ref)
    if post is not None:
        return post.channel
    return next((each for each in await tx.places.channels() if each.ref == ref), None)


def _in(channel: Channel) -> Place:
    return Place(community_id=channel.community_id, channel=channel, language=channel.language, zone=channel.zone)


async def _around(tx: Tx, server: Ref, community_id: CommunityId) -> Place:
    """Somewhere in a server: as in its first channel, else as in the community's."""
    first = next((each for each in await tx.places.channels() if each.server == server), None)
    language, zone = (first.language, first.zone) if first is not None else await tongue_of(tx, community_id)
    return Place(community_id=community_id, channel=None, language=language, zone=zone)


async def _reporter(act: Act, who: Who, ref: Ref) -> tuple[Actor, Post, int] | None:
    """Who reports an error, in which post, and in which revision of its article."""
    post = await act.tx.posts.find(ref)
    article = await act.tx.articles.get(post.article_id) if post is not None else None
    if post is None or article is None:
        return None
    account = await account_of(act.tx, who, act.now, act.now)
    if account is None:
        return None
    community_id = post.channel.community_id
    role = await act.tx.members.role(community_id, account.member_id)
    by = Actor(community_id=community_id, account_id=account.id, member_id=account.member_id, role=role)
    return by, post, article.revision


def _best(comment: Comment, author: str) -> BestComment:
    # What stands behind a curtain is not read in front of it.
    excerpt = comment.sensitive or lead(comment.html, EXCERPT)
    return BestComment(message=comment.ref, author=author, excerpt=excerpt, totals=comment.totals)
