"""What members chose, the words that they follow, and what came of those."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, bindparam, delete, exists, func, or_, select, update

from bot.domain.model import (
    Account,
    CommunityId,
    DiscussionId,
    Follow,
    FollowId,
    Hit,
    MemberId,
    PostState,
    Preferences,
    Ref,
    Visibility,
)
from bot.ports.stores.people import Addressee, Fresh
from storage.articles import content_from, source_name
from storage.members import account_from
from storage.page_sight import is_section
from storage.rowsets import Rowset, passed
from storage.schema.columns import BigId, Moment
from storage.schema.news import CONTENT, articles, feeds
from storage.schema.people import accounts, follow_hits, follows, preferences, standings
from storage.schema.places import channel_roles, channels, discussions, posts
from storage.schema.talk import comments
from storage.sql import Sql, insert

_p, _f, _h, _d = preferences.c, follows.c, follow_hits.c, discussions.c
_whose = (_p.community_id == bindparam("p_community")) & (_p.member_id == bindparam("p_member"))
_KEY = ["community_id", "member_id"]

_PREFERENCES = select(_p.language, _p.notify).where(_whose)
_put = insert(preferences)
_LANGUAGE = _put.on_conflict_do_update(index_elements=_KEY, set_={"language": _put.excluded.language})
_NOTIFY = _put.on_conflict_do_update(index_elements=_KEY, set_={"notify": _put.excluded.notify})
_LANGUAGES = (
    select(_p.community_id, accounts.c.ref, _p.language)
    .join(accounts, accounts.c.member_id == _p.member_id)
    .where(accounts.c.ref.in_(bindparam("refs", expanding=True)), _p.language.is_not(None))
)
_OWN_ACCOUNTS = (
    select(accounts)
    .where(
        accounts.c.member_id == bindparam("p_member"),
        or_(accounts.c.community_id.is_(None), accounts.c.community_id == bindparam("p_community")),
    )
    .order_by(accounts.c.id)
)

_own = (_f.community_id == bindparam("p_community")) & (_f.member_id == bindparam("p_member"))
_FOLLOWS = select(follows).where(_own).order_by(_f.key)
_FOLLOW = insert(follows).on_conflict_do_nothing(index_elements=["community_id", "member_id", "key"]).returning(_f.id)
_UNFOLLOW = delete(follows).where(_own, _f.key == bindparam("p_key")).returning(_f.word)

_FRESH = (
    select(_d.id.label("discussion"), _d.community_id, _d.dated.label("at"), *(articles.c[name] for name in CONTENT))
    .join(articles, articles.c.id == _d.article_id)
    .where(
        _d.watched.is_(None),
        _d.merged_into.is_(None),
        _d.hidden_at.is_(None),
        exists().where(posts.c.discussion_id == _d.id, posts.c.state == PostState.POSTED),
    )
    .order_by(_d.id)
    .limit(bindparam("most"))
)
_banned = exists().where(
    standings.c.community_id == _f.community_id,
    standings.c.member_id == _f.member_id,
    standings.c.banned_at.is_not(None),
)
_quiet = exists().where(_p.community_id == _f.community_id, _p.member_id == _f.member_id, _p.notify.is_(False))
_FOLLOWED = (
    select(follows)
    .where(_f.community_id.in_(bindparam("communities", expanding=True)), ~_banned, ~_quiet)
    .order_by(_f.id)
)

_ids = Rowset("ids", BigId)
_WATCHED = (
    update(discussions).where(_d.id.in_(select(_ids[0])), _d.watched.is_(None)).values(watched=True).returning(_d.id)
)
# A private chat channel is nobody's business outside of it: only who has written or holds a role there is told.
_wrote_there = (
    exists()
    .where(
        comments.c.channel_id == channels.c.id,
        comments.c.account_id == accounts.c.id,
        accounts.c.member_id == _f.member_id,
    )
    .correlate(channels, follows)
)
_role_there = (
    exists()
    .where(channel_roles.c.channel_id == channels.c.id, channel_roles.c.member_id == _f.member_id)
    .correlate(channels, follows)
)
_found = Rowset("found", BigId, BigId)
_seen = exists().where(
    posts.c.discussion_id == _found[1],
    posts.c.state.in_((PostState.POSTED, PostState.PENDING)),
    channels.c.id == posts.c.channel_id,
    channels.c.community_id == _f.community_id,
    or_(channels.c.visibility != Visibility.PRIVATE, is_section(channels), _wrote_there, _role_there),
)
_HIT = (
    insert(follow_hits)
    .from_select(
        ["follow_id", "discussion_id", "at"],
        select(_f.id, _found[1], bindparam("p_now", type_=Moment))
        .select_from(_found.rows.join(follows, _f.id == _found[0]))
        .where(_seen)
        .with_for_update(read=True, key_share=True, of=follows),
    )
    .on_conflict_do_nothing()
)

_hits = follow_hits.join(follows, _f.id == _h.follow_id)
_DUE = (
    select(_f.community_id, _f.member_id, func.min(_h.at).label("since"))
    .select_from(
        _hits.outerjoin(
            preferences, and_(_p.community_id == _f.community_id, _p.member_id == _f.member_id)
        )
    )
    .where(or_(_p.notified_at.is_(None), _p.notified_at <= bindparam("p_before")))
    .group_by(_f.community_id, _f.member_id)
    .order_by("since", _f.community_id, _f.member_id)
    .limit(bindparam("most"))
)  # fmt: skip
_MY_TURN = _put.on_conflict_do_update(
    index_elements=_KEY,
    set_={"notified_at": _put.excluded.notified_at},
    where=or_(_p.notified_at.is_(None), _p.notified_at <= bindparam("p_before", type_=Moment)),
).returning(_p.notify)
_HITS = (
    select(_h.discussion_id, _f.word, articles.c.title, articles.c.link, feeds.c.title.label("feed"), feeds.c.address)
    .select_from(
        _hits.join(discussions, _d.id == _h.discussion_id)
        .join(articles, articles.c.id == _d.article_id)
        .join(feeds, feeds.c.id == articles.c.primary_feed)
    )
    .where(_own, _d.hidden_at.is_(None), _d.merged_into.is_(None))
    .order_by(_h.discussion_id, _f.key)
)
_DROP = delete(follow_hits).where(_h.follow_id.in_(select(_f.id).where(_own)))


def _follow_from(row: Row[Any]) -> Follow:
    return Follow(
        id=FollowId(row.id),
        community_id=CommunityId(row.community_id),
        member_id=MemberId(row.member_id),
        word=row.word,
        key=row.key,
        since=row.since,
    )


class SqlFollows:
    """The part of `bot.ports.stores.People` that is about what members chose and follow."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    async def preferences(self, community_id: CommunityId, member_id: MemberId) -> Preferences:
        row = await self._sql.first(_PREFERENCES, p_community=community_id, p_member=member_id)
        return Preferences() if row is None else Preferences(language=row.language, notify=row.notify)

    async def choose_language(self, community_id: CommunityId, member_id: MemberId, language: str | None) -> None:
        await self._sql.run(_LANGUAGE, **_row(community_id, member_id) | {"language": language})

    async def choose_notify(self, community_id: CommunityId, member_id: MemberId, *, notify: bool) -> None:
        await self._sql.run(_NOTIFY, **_row(community_id, member_id) | {"notify": notify})
        if not notify:
            await self._sql.run(_DROP, p_community=community_id, p_member=member_id)

    async def languages(self, addressees: Collection[Addressee]) -> Mapping[Addressee, str]:
        rows = await self._sql.all(_LANGUAGES, refs=sorted({ref for _, ref in addressees}))
        chosen = {(CommunityId(row.community_id), Ref(row.ref)): row.language for row in rows}
        return {each: chosen[each] for each in addressees if each in chosen}

    async def own_accounts(self, community_id: CommunityId, member_id: MemberId) -> Sequence[Account]:
        rows = await self._sql.all(_OWN_ACCOUNTS, p_community=community_id, p_member=member_id)
        return [account_from(row) for row in rows]

    async def follows(self, community_id: CommunityId, member_id: MemberId) -> Sequence[Follow]:
        rows = await self._sql.all(_FOLLOWS, p_community=community_id, p_member=member_id)
        return [_follow_from(row) for row in rows]

    async def follow(self, community_id: CommunityId, member_id: MemberId, word: str, key: str, now: datetime) -> bool:
        made = await self._sql.value(
            _FOLLOW, community_id=community_id, member_id=member_id, word=word, key=key, since=now
        )
        return made is not None

    async def unfollow(self, community_id: CommunityId, member_id: MemberId, key: str) -> str | None:
        word: str | None = await self._sql.value(_UNFOLLOW, p_community=community_id, p_member=member_id, p_key=key)
        return word

    async def fresh(self, limit: int) -> Sequence[Fresh]:
        return [
            Fresh(
                id=DiscussionId(row.discussion),
                community_id=CommunityId(row.community_id),
                dated=row.at,
                content=content_from(row),
            )
            for row in await self._sql.all(_FRESH, most=limit)
        ]

    async def followed(self, communities: Collection[CommunityId]) -> Sequence[Follow]:
        rows = await self._sql.all(_FOLLOWED, communities=sorted(communities))
        return [_follow_from(row) for row in rows]

    async def watched(
        self, discussions: Collection[DiscussionId], hits: Collection[tuple[FollowId, DiscussionId]], now: datetime
    ) -> None:
        rows = await self._sql.all(_WATCHED, ids=passed((each,) for each in discussions))
        ours = {row.id for row in rows}  # the rest is another process's
        if found := [each for each in hits if each[1] in ours]:
            await self._sql.run(_HIT, found=passed(found), p_now=now)

    async def due(self, before: datetime, limit: int) -> Sequence[tuple[CommunityId, MemberId]]:
        rows = await self._sql.all(_DUE, p_before=before, most=limit)
        return [(CommunityId(row.community_id), MemberId(row.member_id)) for row in rows]

    async def take_hits(
        self, community_id: CommunityId, member_id: MemberId, before: datetime, now: datetime
    ) -> Sequence[Hit]:
        whose = {"p_community": community_id, "p_member": member_id}
        notify = await self._sql.value(
            _MY_TURN, **_row(community_id, member_id) | {"notified_at": now}, p_before=before
        )
        if notify is None:
            return []
        rows = await self._sql.all(_HITS, **whose)
        await self._sql.run(_DROP, **whose)
        return [
            Hit(
                discussion_id=DiscussionId(row.discussion_id),
                word=row.word,
                title=row.title,
                source=source_name(row.feed, row.address),
                link=row.link,
            )
            for row in rows
            if notify
        ]


def _row(community_id: CommunityId, member_id: MemberId) -> dict[str, Any]:
    return {"community_id": community_id, "member_id": member_id, "notify": True}
