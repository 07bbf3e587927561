"""Subscriptions brought in and taken out as OPML files."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from bot.domain.feed_addresses import apart
from bot.domain.links import is_web_address
from bot.domain.model import Channel, ChannelId, Credentials, Feed, FeedId, Rules, Subscription
from bot.domain.subscribing import (
    LONGEST_NAME,
    MOST_TAGS,
    RuleChanges,
    amended,
    digest_due,
    digest_text,
    quiet_text,
    record,
)
from bot.domain.telling import Sentence
from bot.domain.text import one_line
from bot.domain.wrong import Wrong
from bot.errors import RequestError
from bot.newsroom.scout import known_at
from bot.office import Act, Office
from bot.ports.commands import Progress
from bot.ports.moderation import Actor
from bot.ports.opml import ImportLine, OpmlFiles, Outline

AT_ONCE = 25  # outlines in one transaction
LONGEST_ADDRESS = 2_000
MOST_FEEDS = 5_000  # of a community
APART = timedelta(seconds=1)  # between the first polls of two feeds
LATEST = timedelta(minutes=30)  # by when the last one is polled

NO_ADDRESS = "It has no address (xmlUrl)."
NO_WEB_ADDRESS = "Its address is not one of the web (https://…)."
TWICE = "It stands in this file before."
THERE = "{channel} gets it already."
NO_CHANNEL = "No channel is named for it. Name one behind the file."
NOT_YOURS = "It is for the channel {channel}, which is not here or not yours to change."
TOO_MANY = "There are {most} feeds already, which is the limit."
OPERATORS_OWN = "What opens it stands in the operator's configuration, for the channels there."
OPENED = "Its address holds a user or a password. Add it with “feed add”, which keeps them secret."


@dataclass(kw_only=True, slots=True)
class _Run:
    """One file on its way in."""

    by: Actor
    channels: Mapping[str, Channel]  # by reference
    usual: Channel | None
    backlog: int
    seen: set[tuple[str, ChannelId]] = field(default_factory=set)
    feeds: set[FeedId] = field(default_factory=set)  # of the community
    new: int = 0


class OpmlImports:
    """See `bot.ports.opml.OpmlDesk`."""

    def __init__(
        self, office: Office, files: OpmlFiles, *, opened: Callable[[Feed], bool], interval: timedelta
    ) -> None:
        """`opened` tells whether what opens a feed stands in the operator's configuration."""
        self._office = office
        self._files = files
        self._opened = opened
        self._interval = interval

    async def bring(
        self,
        by: Actor,
        text: str,
        channels: Sequence[Channel],
        *,
        usual: ChannelId | None,
        backlog: int,
        progress: Progress,
    ) -> Sequence[ImportLine]:
        """Subscribe to what a file lists, a part in a transaction. Raises RequestError."""
        try:
            outlines = self._files.read(text)
        except Wrong as wrong:
            raise RequestError(wrong.key, **wrong.values) from wrong
        run = _Run(
            by=by,
            channels={str(each.ref): each for each in channels},
            usual=next((each for each in channels if each.id == usual), None),
            backlog=backlog,
            feeds=await self._feeds_of(by),
        )
        lines: list[ImportLine] = []
        for start in range(0, len(outlines), AT_ONCE):
            lines += await self._part(run, outlines[start : start + AT_ONCE])
            progress(len(lines), len(outlines))
        return lines

    async def _feeds_of(self, by: Actor) -> set[FeedId]:
        async with self._office.read() as tx:
            found = await tx.places.subscriptions()
        return {each.feed_id for each in found if each.channel.community_id == by.community_id}

    async def _part(self, run: _Run, outlines: Sequence[Outline]) -> list[ImportLine]:
        async def work(act: Act) -> tuple[list[ImportLine], _Run]:
            # It may be run again: what it notes of the run counts only once it is stored.
            mine = _Run(
                by=run.by, channels=run.channels, usual=run.usual, backlog=run.backlog, seen=set(run.seen),
                feeds=set(run.feeds), new=run.new,
            )  # fmt: skip
            return [await self._line(act, mine, each) for each in outlines], mine

        lines, done = await self._office.act(work)
        run.seen, run.feeds, run.new = done.seen, done.feeds, done.new
        return lines

    async def _line(self, act: Act, run: _Run, outline: Outline) -> ImportLine:
        address, credentials = apart(_web(outline.address), Credentials())
        reason = _unusable(address)
        if reason is None:
            reason = Sentence(key=OPENED) if credentials else await self._subscribe(act, run, outline, address)
        return ImportLine(line=outline.line, title=outline.title, address=address, reason=reason)

    async def _subscribe(self, act: Act, run: _Run, outline: Outline, address: str) -> Sentence | None:
        """Subscribe to a feed; why not, where not."""
        channel = _channel_of(run, outline)
        if isinstance(channel, Sentence):
            return channel
        key = (_form(address), channel.id)
        if key in run.seen:
            return Sentence(key=TWICE)
        run.seen.add(key)
        try:
            changes = _changes(outline)
            rules = amended(Rules(), changes)
        except Wrong as wrong:
            return Sentence(key=wrong.key, values=wrong.values)
        feed = await _known(act, run.by, address)
        if feed is not None and await _gets(act, feed, channel):
            return Sentence(key=THERE, values={"channel": channel.name})
        if feed is not None and feed.id not in run.feeds and self._opened(feed):
            return Sentence(key=OPERATORS_OWN)
        if (feed is None or feed.id not in run.feeds) and len(run.feeds) >= MOST_FEEDS:
            return Sentence(key=TOO_MANY, values={"most": MOST_FEEDS})
        await self._store(
            act, run, feed, address, channel, rules, changes, paused=outline.settings.get("paused") == "yes"
        )
        return None

    async def _store(
        self,
        act: Act,
        run: _Run,
        feed: Feed | None,
        address: str,
        channel: Channel,
        rules: Rules,
        changes: RuleChanges,
        *,
        paused: bool,
    ) -> None:
        places, sensitive = act.tx.places, changes.sensitive or None
        soon = act.now + min(run.new * APART, LATEST)
        run.new += 1
        if feed is None:
            feed_id = await act.tx.feeds.add(address, interval=self._interval, from_config=False, now=soon)
        else:
            feed_id = feed.id
            if feed.next_at > soon:
                await act.tx.feeds.poll_soon(feed_id, soon)
        subscription = await places.subscribe(feed_id, channel.id, backlog=run.backlog, sensitive=sensitive)
        await places.set_rules(subscription, rules, digest_due=digest_due(None, rules, channel.zone, act.now))
        if paused:
            await places.pause(subscription, paused=True)
        run.feeds.add(feed_id)
        after = record(rules, sensitive, channel=channel.id, backlog=run.backlog)
        await act.log(run.by.community_id, run.by.account_id, "feed.add", f"feed:{feed_id}", after=after)

    async def take(self, by: Actor, title: str, channels: Sequence[Channel]) -> str:
        """What channels are subscribed to, as a file. What opens a feed is no part of it."""
        wanted = {each.id for each in channels if each.community_id == by.community_id}
        async with self._office.read() as tx:
            here = [each for each in await tx.places.subscriptions() if each.channel.id in wanted]
            feeds = {each.feed_id: await tx.feeds.get(each.feed_id) for each in here}
        pairs = [(feed, each) for each in here if (feed := feeds[each.feed_id]) is not None]
        pairs.sort(key=lambda pair: ((pair[0].title or pair[0].address).casefold(), pair[0].id, pair[1].id))
        return self._files.write(title, [_outline(feed, each) for feed, each in pairs])


def _web(address: str) -> str:
    """An address as it was meant: `feed://` and `feed:https://` are of old browsers."""
    bare = one_line(address)
    if bare.lower().startswith("feed://"):
        return f"https://{bare[7:]}"
    return bare[5:] if bare.lower().startswith("feed:http") else bare


def _unusable(address: str) -> Sentence | None:
    if not address:
        return Sentence(key=NO_ADDRESS)
    if not is_web_address(address) or len(address) > LONGEST_ADDRESS or " " in address:
        return Sentence(key=NO_WEB_ADDRESS)
    return None


def _form(address: str) -> str:
    """What the spellings of one address have in common."""
    place, slash, path = address.partition("://")[2].partition("#")[0].partition("/")
    return (place.lower() + slash + path).rstrip("/")


def _channel_of(run: _Run, outline: Outline) -> Channel | Sentence:
    named = outline.settings.get("channel")
    channel = run.channels.get(named or "") or run.usual
    if channel is not None:
        return channel
    return Sentence(key=NOT_YOURS, values={"channel": named}) if named else Sentence(key=NO_CHANNEL)


async def _known(act: Act, by: Actor, address: str) -> Feed | None:
    """The community's own feed at an address, else everybody's."""
    return await known_at(act.tx, address, by.community_id) or await known_at(act.tx, address, None)


async def _gets(act: Act, feed: Feed, channel: Channel) -> bool:
    return any(each.channel.id == channel.id for each in await act.tx.places.subscriptions(feed.id))


def _changes(outline: Outline) -> RuleChanges:
    """The rules that a line holds; tags that are not written out are the folders. Raises `Wrong`."""
    kept = outline.settings
    cap = kept.get("cap", "")
    return RuleChanges(
        filter=kept.get("filter"),
        template=kept.get("template"),
        mention=kept.get("mention"),
        tags=kept.get("tags", _tags_of(outline.folders)),
        language=kept.get("language"),
        members_only=kept.get("members-only") == "yes",
        cap=int(cap) if cap.isascii() and cap.isdigit() and len(cap) < 6 else None,
        quiet=kept.get("quiet"),
        digest=kept.get("digest"),
        sensitive=kept.get("sensitive"),
    )


def _tags_of(folders: Sequence[str]) -> str:
    """Folders as tags: the innermost, where there are too many."""
    return ",".join(each.replace(",", " ")[:LONGEST_NAME] for each in folders[-MOST_TAGS:])


def _outline(feed: Feed, subscription: Subscription) -> Outline:
    rules = subscription.rules
    settings = {
        "channel": subscription.channel.ref,
        "filter": rules.filter,
        "template": rules.template,
        "mention": rules.mention or "",
        "tags": ",".join(rules.tags),
        "language": rules.language or "",
        "members-only": "yes" if rules.members_only else "",
        "cap": str(rules.cap or ""),
        "quiet": quiet_text(rules.quiet),
        "digest": digest_text(rules.digest),
        "sensitive": subscription.sensitive or "",
        "paused": "yes" if subscription.paused else "",
    }
    return Outline(
        line=0,
        title=feed.title or feed.address,
        address=feed.address,
        folders=rules.tags[:1],
        settings={name: value for name, value in settings.items() if value},
    )
