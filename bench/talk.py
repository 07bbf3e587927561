"""A discussion with many comments, as the page and the networks know it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random

from bench.tribune import Clock, subscribe
from bot.domain.events import Who
from bot.domain.model import Account, Alias, AliasKind, Content, DiscussionId, FeedId, PollRecord, PostState, Ref
from bot.ports.stores import Tx
from storage.migrate import migrate
from storage.store import SqlStore, open_store

AUTHORS = 50
MEMBERS = 1000
WORDS = 60
_FEED = "http://127.0.0.1:9/feed"  # nobody asks it: it has just been polled
_WORDS = "a of river bridge council letter evening paper garden station question answer winter market street".split()


@dataclass(frozen=True, kw_only=True, slots=True)
class Talk:
    """Who can react to what."""

    discussion_id: DiscussionId
    comments: Sequence[Ref]
    members: Sequence[Who]
    accounts: dict[Ref, Account]


async def fill(file: Path, comments: int) -> Talk:
    """A new database with one article, discussed in `comments` comments, and members who have written nothing."""
    address = f"sqlite+aiosqlite:///{file}"
    await migrate(address)
    store = await open_store(address)
    try:
        return await store.write(lambda tx: _fill(tx, comments))
    finally:
        await store.close()


async def opened(file: Path) -> SqlStore:
    """The store, as it runs in earnest."""
    return await open_store(f"sqlite+aiosqlite:///{file}")


async def _fill(tx: Tx, comments: int) -> Talk:
    now, random = Clock().now(), Random(1)
    (feed,) = await subscribe(tx, [_FEED])
    await _polled(tx, feed)
    (subscription,) = await tx.places.subscriptions(feed)
    article = await tx.articles.add(
        feed,
        Content(title="A bridge opens", link="https://news.example/bridge", lead=_said(random), body=_html(random)),
        [Alias(kind=AliasKind.LINK, key=bytes(16))],
        marker="bench",
        digest=b"first",
        position=0,
        now=now,
    )
    post_id = await tx.posts.order(article, subscription, now=now)
    assert post_id is not None
    message, thread = Ref("web:post/bench"), Ref("web:thread/bench")
    await tx.posts.set(post_id, state=PostState.POSTED, ref=message, thread=thread, now=now)
    post = await tx.posts.get(post_id)
    assert post is not None
    people = [Who(ref=Ref(f"web:account/{number:043}"), name=f"Member {number}") for number in range(AUTHORS + MEMBERS)]
    accounts = dict(await tx.reactions.accounts(people, now))
    refs = [Ref(f"web:comment/{random.randbytes(24).hex()}") for _ in range(comments)]
    for number, ref in enumerate(refs):
        await tx.discussions.add_comment(
            discussion_id=post.discussion_id,
            channel_id=post.channel.id,
            account_id=accounts[people[number % AUTHORS].ref].id,
            ref=ref,
            parent_id=None,
            html=_html(random),
            at=now + timedelta(seconds=number - comments),
        )
    await tx.discussions.set_activity(post.discussion_id, comments=comments, hot=1.0)
    return Talk(discussion_id=post.discussion_id, comments=refs, members=people[AUTHORS:], accounts=accounts)


async def _polled(tx: Tx, feed: FeedId) -> None:
    now = Clock().now()
    await tx.feeds.record(
        [PollRecord(feed_id=feed, polled_at=now, next_at=now + timedelta(days=1), succeeded=True, title="The Paper")]
    )


def _html(random: Random) -> str:
    return f"<p>{_said(random)}</p>"


def _said(random: Random) -> str:
    return " ".join(random.choices(_WORDS, k=WORDS))
