"""What admins decide about feeds."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.feed_addresses import apart
from bot.domain.model import (
    AccountId,
    ChannelId,
    CommunityId,
    Credentials,
    Feed,
    FeedId,
    PostState,
    Rules,
    Subscription,
)
from bot.domain.subscribing import amended, bounded, digest_due, record
from bot.errors import RequestError
from bot.newsroom.queue import Making, release
from bot.newsroom.requests import Access
from bot.newsroom.scout import Scout, known_at, subscribed
from bot.office import Act, Office
from bot.ports.desk import Amendment, Fate, Wanted
from bot.ports.feeds import FeedFinder
from bot.ports.moderation import Actor
from bot.ports.stores import Tx
from bot.reopening import reopen

_THERE_ALREADY = "{channel} gets this feed already. Its number is {number}: “feed edit” changes what it gets."
_OPERATORS_OWN = (
    "What opens this address stands in the operator's configuration, for the channels there. Give credentials of your "
    "own with it."
)
_NOT_OWNED = (
    "This feed is read without credentials, for everybody who has it. Add it anew with them, and it is this "
    "community's own."
)


@dataclass(frozen=True, kw_only=True, slots=True)
class DeskSettings:
    """How feeds are added, and what is held posted."""

    making: Making
    interval: timedelta = timedelta(minutes=30)  # of a feed for which nothing else is said


class FeedDesk(Scout):
    """Adds, changes and ends subscriptions, releases and skips what is held; each act is in the community's log."""

    def __init__(
        self,
        office: Office,
        *,
        source: FeedFinder,
        access: Callable[[Feed], Access],
        settings: DeskSettings,
        on_due: Callable[[], None],
    ) -> None:
        super().__init__(office, source=source, access=access)
        self._settings = settings
        self._on_due = on_due

    async def subscriptions(self, community_id: CommunityId) -> Sequence[tuple[Feed, Subscription]]:
        """All of a community's, by feed."""
        async with self._office.read() as tx:
            here = [each for each in await tx.places.subscriptions() if each.channel.community_id == community_id]
            found = {each: await tx.feeds.get(each) for each in {each.feed_id for each in here}}
        pairs = [(feed, each) for each in here if (feed := found[each.feed_id]) is not None]
        return sorted(pairs, key=lambda pair: (pair[0].id, pair[1].id))

    async def last_brought(self, community_id: CommunityId) -> dict[FeedId, datetime]:
        """When each of a community's feeds brought an article last."""
        async with self._office.read() as tx:
            return dict(await tx.feeds.last_brought(community_id))

    async def fates(self, community_id: CommunityId, feed_id: FeedId, limit: int) -> Sequence[Fate]:
        """A feed's last articles, and what became of each here."""
        async with self._office.read() as tx:
            await subscribed(tx, community_id, feed_id)
            found: list[Fate] = []
            for article_id in await tx.articles.recent(feed_id, limit):
                article = await tx.articles.get(article_id)
                posts = [p for p in await tx.posts.of_article(article_id) if p.channel.community_id == community_id]
                if article is None:
                    continue
                title, at = article.content.title, article.dated
                found += [
                    Fate(title=title, number=p.discussion_id, channel=p.channel.name, state=p.state.value, at=at)
                    for p in posts
                ] or [Fate(title=title, number=None, channel=None, state=None, at=at)]
        return found

    # --- subscriptions ---

    async def add(self, by: Actor, wanted: Wanted) -> FeedId:
        """Subscribe a channel to a feed. Raises RequestError, Wrong."""
        rules = amended(Rules(), wanted.rules)
        if wanted.interval is not None:
            bounded(wanted.interval)
        feed_id = await self._office.act(lambda act: self._add(act, by, wanted, rules))
        self._on_due()
        return feed_id

    async def _add(self, act: Act, by: Actor, wanted: Wanted, rules: Rules) -> FeedId:
        places = act.tx.places
        feed_id = await self._feed_for(act, by, wanted)
        if any(each.channel.id == wanted.channel.id for each in await places.subscriptions(feed_id)):
            raise RequestError(_THERE_ALREADY, channel=wanted.channel.name, number=feed_id)
        sensitive = wanted.rules.sensitive or None
        subscription_id = await places.subscribe(
            feed_id, wanted.channel.id, backlog=wanted.backlog, since=wanted.since, sensitive=sensitive
        )
        due = digest_due(None, rules, wanted.channel.zone, act.now)
        await places.set_rules(subscription_id, rules, digest_due=due)
        await act.tx.feeds.poll_soon(feed_id, act.now)
        after = record(
            rules,
            sensitive,
            channel=wanted.channel.id,
            backlog=wanted.since.isoformat() if wanted.since is not None else wanted.backlog,
        )
        await act.log(by.community_id, by.account_id, "feed.add", f"feed:{feed_id}", after=after)
        return feed_id

    async def _feed_for(self, act: Act, by: Actor, wanted: Wanted) -> FeedId:
        """The feed at the address, a new one where there is none: with credentials one of the community's own."""
        address, credentials = apart(wanted.feed.address, wanted.credentials)
        owner = by.community_id if credentials else None
        known = await known_at(act.tx, address, owner)
        if known is None:
            interval = wanted.interval or self._settings.interval
            feed_id = await act.tx.feeds.add(address, interval=interval, from_config=False, owner=owner, now=act.now)
        else:
            await self._may_share(act.tx, by, known)
            feed_id = known.id
            if wanted.interval is not None:
                await _set_interval(act, by, known, wanted.interval)
        if credentials:
            await act.tx.feeds.set_access(feed_id, credentials)
        return feed_id

    async def _may_share(self, tx: Tx, by: Actor, feed: Feed) -> None:
        """What opens a configured feed is for the communities that it was configured for."""
        if self._access(feed).secret and not await _of_community(tx, by.community_id, feed.id):
            raise RequestError(_OPERATORS_OWN)

    async def amend(
        self, by: Actor, feed_id: FeedId, channels: Sequence[ChannelId], amendment: Amendment
    ) -> Sequence[Subscription]:
        """Change subscriptions, and their feed. Raises RequestError, Wrong."""

        async def work(act: Act) -> Sequence[Subscription]:
            feed = await subscribed(act.tx, by.community_id, feed_id)
            if amendment.rules:
                for each in await _of_channels(act.tx, by.community_id, feed_id, channels):
                    await _amend(act, by, each, amendment)
            if amendment.interval is not None:
                await _set_interval(act, by, feed, amendment.interval)
            if amendment.credentials is not None:
                await _set_access(act, by, feed, amendment.credentials)
            return await _of_channels(act.tx, by.community_id, feed_id, channels)

        changed = await self._office.act(work)
        self._on_due()
        return changed

    async def pause(self, by: Actor, feed_id: FeedId, channels: Sequence[ChannelId], *, paused: bool) -> int:
        """Have subscriptions take nothing, or what comes again: then the feed is polled at once, also where it was
        given up, and a channel that could not be posted in is tried again. Raises RequestError."""

        async def work(act: Act) -> int:
            found = await _of_channels(act.tx, by.community_id, feed_id, channels)
            changing = [each for each in found if each.paused is not paused or (each.suspended and not paused)]
            for each in changing:
                await act.tx.places.pause(each.id, paused=paused)
                if each.suspended and not paused:
                    await reopen(act.tx, each.channel.id, act.now)
                after = json.dumps({"channel": each.channel.id})
                action = "feed.pause" if paused else "feed.resume"
                await act.log(by.community_id, by.account_id, action, f"feed:{feed_id}", after=after)
            if not paused:
                await act.tx.feeds.poll_soon(feed_id, act.now)
            return len(changing)

        changed = await self._office.act(work)
        self._on_due()
        self._office.orders()
        return changed

    async def remove(self, by: Actor, feed_id: FeedId, channels: Sequence[ChannelId]) -> int:
        """End subscriptions, whatever state the feed is in. Raises RequestError."""

        async def work(act: Act) -> int:
            found = await _of_channels(act.tx, by.community_id, feed_id, channels)
            for each in found:
                before = record(each.rules, each.sensitive, channel=each.channel.id)
                await act.tx.places.unsubscribe(each.id, act.now)
                await act.log(by.community_id, by.account_id, "feed.remove", f"feed:{feed_id}", before=before)
            if not await act.tx.places.subscriptions(feed_id):
                await act.tx.feeds.set_access(feed_id, Credentials())  # what opened it is needed no more
            return len(found)

        return await self._office.act(work)

    # --- what is held ---

    async def release(self, community_id: CommunityId, feed_id: FeedId, by: AccountId | None) -> int:
        """Post what was held; how many. Raises RequestError."""
        return await self._office.act(lambda act: self._settle(act, community_id, feed_id, by, PostState.PENDING))

    async def skip(self, community_id: CommunityId, feed_id: FeedId, by: AccountId | None) -> int:
        """Let pass what was held, unposted; how many. Raises RequestError."""
        return await self._office.act(lambda act: self._settle(act, community_id, feed_id, by, PostState.SKIPPED))

    async def _settle(
        self, act: Act, community_id: CommunityId, feed_id: FeedId, by: AccountId | None, state: PostState
    ) -> int:
        await subscribed(act.tx, community_id, feed_id)
        held = await act.tx.posts.held(feed_id, community_id)
        if state is PostState.PENDING:
            act.aftermath.put(await release(act.tx, self._settings.making, held, act.now))
        else:
            for post_id in held:
                await act.tx.posts.set(post_id, state=state, now=act.now)
        action = "feed.release" if state is PostState.PENDING else "feed.skip"
        await act.log(community_id, by, action, f"feed:{feed_id}", after=str(len(held)))
        return len(held)


async def _of_community(tx: Tx, community_id: CommunityId, feed_id: FeedId) -> list[Subscription]:
    return [each for each in await tx.places.subscriptions(feed_id) if each.channel.community_id == community_id]


async def _of_channels(
    tx: Tx, community_id: CommunityId, feed_id: FeedId, channels: Sequence[ChannelId]
) -> list[Subscription]:
    await subscribed(tx, community_id, feed_id)
    return [each for each in await _of_community(tx, community_id, feed_id) if each.channel.id in channels]


async def _amend(act: Act, by: Actor, before: Subscription, amendment: Amendment) -> None:
    rules = amended(before.rules, amendment.rules)
    sensitive = before.sensitive if amendment.rules.sensitive is None else amendment.rules.sensitive or None
    if (rules, sensitive) == (before.rules, before.sensitive):
        return
    due = digest_due(before, rules, before.channel.zone, act.now)
    await act.tx.places.set_rules(before.id, rules, digest_due=due)
    await act.tx.places.set_sensitive(before.id, sensitive)
    await act.log(
        by.community_id,
        by.account_id,
        "feed.edit",
        f"feed:{before.feed_id}",
        before=record(before.rules, before.sensitive, channel=before.channel.id),
        after=record(rules, sensitive, channel=before.channel.id),
    )


async def _set_interval(act: Act, by: Actor, feed: Feed, interval: timedelta) -> None:
    if bounded(interval) != feed.interval:
        await act.tx.feeds.set_interval(feed.id, interval)
        before, after = (json.dumps({"interval": int(each.total_seconds())}) for each in (feed.interval, interval))
        await act.log(by.community_id, by.account_id, "feed.edit", f"feed:{feed.id}", before=before, after=after)


async def _set_access(act: Act, by: Actor, feed: Feed, credentials: Credentials) -> None:
    """Only that it changed is written down."""
    if feed.owner != by.community_id:
        raise RequestError(_NOT_OWNED)
    before = bool(await act.tx.feeds.access(feed.id))
    await act.tx.feeds.set_access(feed.id, credentials)
    await act.tx.feeds.poll_soon(feed.id, act.now)
    said = [json.dumps({"credentials": there}) for there in (before, bool(credentials))]
    await act.log(by.community_id, by.account_id, "feed.edit", f"feed:{feed.id}", before=said[0], after=said[1])
