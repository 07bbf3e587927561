"""Feeds: what there is, how it does, what becomes of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated

from bot.commands.call import Call, answer, counted
from bot.commands.declaring import Arg, Declared, command
from bot.commands.options import FilterOption, TemplateOption, subscriptions_of
from bot.commands.rules import ACTIVE, NO, WHY, YES, reason_of, rules_listing, state_of
from bot.commands.subscriptions import shown
from bot.domain.model import Channel, Feed, FeedId, FeedState, Role, Subscription
from bot.domain.subscribing import RuleChanges, amended
from bot.domain.telling import Sentence
from bot.locale.failures import REASONS
from bot.ports.commands import Answer, Block, Cell, Column, Fact, Facts, Listing
from bot.ports.desk import Fate, Judged

PAGE = 25
ARTICLES = 10
LATE = timedelta(minutes=5)
STALE = timedelta(days=30)

STATES = {
    "pending": "waits to be posted",
    "held": "is held: “feed release” or “feed skip” decides",
    "gathered": "waits for the digest",
    "skipped": "was skipped",
    "posted": "is posted",
    "left-out": "was left out after an outage",
    "failed": "could not be posted",
    "deleted": "was deleted",
    "digested": "was in a digest, or passed over by it",
}
"""What became of a post."""

_Pair = tuple[Feed, Subscription]


@command(
    "feed list",
    role=Role.ADMIN,
    in_channels=True,
    help="List the feeds that channels of this community get.",
    examples=("feed list", "feed list --page 2"),
    changes=False,
)
async def show_all(
    call: Call, *, page: Annotated[int | None, Arg("The page of a long list.", least=1, most=100_000)] = None
) -> Answer:
    """By number; for an admin of channels those of the channels."""
    grouped = _by_feed(await _pairs(call))
    brought = {each.id: each.articles for each in await call.house.pages.feeds(call.actor.community_id)}
    pages = max(1, -(-len(grouped) // PAGE))
    number = min(page or 1, pages)
    shown = grouped[(number - 1) * PAGE : number * PAGE]
    suspended = any(reason_of(found) is not None for _, found in shown)
    rows = [(*_line(feed, found, brought), *([reason_of(found)] if suspended else [])) for feed, found in shown]
    return answer(
        Listing(
            columns=(
                Column(name="feed", label="Number", plain=True),
                Column(name="title", label="Title"),
                Column(name="address", label="Address"),
                Column(name="channels", label="Channels"),
                Column(name="state", label="State"),
                Column(name="articles", label="Articles"),
                Column(name="read", label="Last read"),
                *([WHY] if suspended else []),
            ),
            rows=tuple(rows),
            empty=Sentence(key="There is no feed yet. “feed add” and the address of a site adds one."),
            page=number,
            pages=pages,
            total=len(grouped),
        )
    )


def _line(feed: Feed, found: Sequence[Subscription], brought: dict[FeedId, int]) -> tuple[Cell, ...]:
    channels = ", ".join(each.channel.name for each in found)
    return (
        feed.id,
        feed.title,
        feed.address,
        channels,
        _state(feed, found),
        brought.get(feed.id, 0),
        feed.last_read_at,
    )


def _state(feed: Feed, found: Sequence[Subscription]) -> Sentence:
    if (state := state_of(found)) is not ACTIVE:
        return state
    if feed.failure is not None:
        return Sentence(key=REASONS[feed.failure])
    return ACTIVE if feed.last_polled_at is not None else Sentence(key="not read yet")


@command(
    "feed show",
    role=Role.ADMIN,
    in_channels=True,
    help="Show all about a feed: how reading it goes, who gets it by which rules, and its last articles.",
    examples=("feed show 3", 'feed show "Example News"'),
    changes=False,
)
async def show(call: Call, feed: Annotated[Feed, Arg("The feed.")]) -> Answer:
    """All but what opens it."""
    found = await subscriptions_of(call, feed)
    fates = await call.house.feeds.fates(call.actor.community_id, feed.id, ARTICLES)
    return answer(_facts(feed, found), rules_listing(found), _fates(fates))


def _facts(feed: Feed, found: Sequence[Subscription]) -> Facts:
    facts = (
        Fact(name="feed", label="Number", value=feed.id, plain=True),
        Fact(name="title", label="Title", value=feed.title),
        Fact(name="address", label="Address", value=feed.address),
        Fact(name="state", label="State", value=_state(feed, found)),
        Fact(name="failing-since", label="Failing since", value=feed.failing_since),
        Fact(name="reason", label="Remark", value=feed.reason),
        Fact(name="interval", label="Read every", value=feed.interval),
        Fact(name="read", label="Last read", value=feed.last_read_at),
        Fact(name="next", label="Read next", value=feed.next_at),
        Fact(name="own", label="Opened with credentials", value=YES if feed.owner is not None else NO),
    )
    return Facts(facts=facts)


def _fates(fates: Sequence[Fate]) -> Listing:
    return Listing(
        title=Sentence(key="Its last articles"),
        columns=(
            Column(name="title", label="Title"),
            Column(name="article", label="Number", plain=True),
            Column(name="channel", label="Channel"),
            Column(name="state", label="What became of it"),
            Column(name="date", label="Date"),
        ),
        rows=tuple((each.title, each.number, each.channel, _fate(each), each.at) for each in fates),
        empty=Sentence(key="It has brought no article yet."),
        total=len(fates),
    )


def _fate(fate: Fate) -> Sentence:
    return Sentence(key=_NOT_HERE if fate.state is None else STATES[fate.state])


@command(
    "feed pause",
    role=Role.ADMIN,
    in_channels=True,
    help="Have a channel, or each channel of this community, get nothing more of a feed until “feed resume”.",
    examples=("feed pause 3 news", "feed pause 3"),
)
async def pause(
    call: Call,
    feed: Annotated[Feed, Arg("The feed.")],
    channel: Annotated[Channel | None, Arg("The channel; else all of this community's that get the feed.")] = None,
) -> Answer:
    """What comes meanwhile is not posted later."""
    return await _pause(call, feed, channel, paused=True)


@command(
    "feed resume",
    role=Role.ADMIN,
    in_channels=True,
    help="Have a channel, or each channel of this community, get again what a feed brings from now on.",
    more="It is read at once, also where it was given up.",
    examples=("feed resume 3 news", "feed resume 3"),
)
async def resume(
    call: Call,
    feed: Annotated[Feed, Arg("The feed.")],
    channel: Annotated[Channel | None, Arg("The channel; else all of this community's that get the feed.")] = None,
) -> Answer:
    """From now on."""
    return await _pause(call, feed, channel, paused=False)


async def _pause(call: Call, feed: Feed, channel: Channel | None, *, paused: bool) -> Answer:
    chosen = await subscriptions_of(call, feed, channel)
    await call.house.feeds.pause(call.actor, feed.id, [each.channel.id for each in chosen], paused=paused)
    said = {"feed": _name(feed), "channels": _names(chosen)}
    return answer(Sentence(key=_IS_PAUSED if paused else _GOES_ON, values=said))


@command(
    "feed remove",
    role=Role.ADMIN,
    in_channels=True,
    help="End what a channel, or each channel of this community, gets of a feed.",
    more="Articles and discussions stay. What was held or gathered for a digest is not posted any more.",
    confirm="This ends the subscription, with its rules and with what opens the feed. Is it to be removed?",
    examples=("feed remove 3 news --yes", "feed remove 3"),
)
async def remove(
    call: Call,
    feed: Annotated[Feed, Arg("The feed.")],
    channel: Annotated[Channel | None, Arg("The channel; else all of this community's that get the feed.")] = None,
) -> Answer:
    """In whatever state the feed is."""
    chosen = await subscriptions_of(call, feed, channel)
    await call.house.feeds.remove(call.actor, feed.id, [each.channel.id for each in chosen])
    said = {"feed": _name(feed), "channels": _names(chosen)}
    return answer(Sentence(key="“{feed}” is removed from: {channels}. Its articles stay.", values=said))


@command(
    "feed test",
    role=Role.ADMIN,
    in_channels=True,
    help="Read a feed now and show what would be posted, and why not; nothing is posted or stored.",
    more="The rules are those of the channel where this is asked, or of the first that gets the feed.",
    examples=("feed test 3", 'feed test 3 --filter "title:council NOT sport"'),
    changes=False,
)
async def try_out(
    call: Call,
    feed: Annotated[Feed, Arg("The feed.")],
    *,
    filter: FilterOption = None,
    template: TemplateOption = None,
) -> Answer:
    """The last fifty articles, with what the filter says to each."""
    found = await subscriptions_of(call, feed)
    like = next((each for each in found if each.channel.ref == call.caller.channel), found[0])
    rules = amended(like.rules, RuleChanges(filter=filter, template=template))
    trial = await call.house.feeds.test(call.actor.community_id, feed.id, like.channel, rules)
    blocks: list[Block] = []
    if trial.failure is not None:
        said = {"feed": _name(feed), "reason": trial.failure}
        blocks.append(Sentence(key="“{feed}” cannot be read now: {reason}", values=said))
    blocks += shown(trial, filtered=bool(rules.filter))
    return answer(*blocks, _judged(trial.judged) if trial.judged else None)


def _judged(judged: Sequence[Judged]) -> Listing:
    return Listing(
        title=Sentence(key="Its last articles"),
        columns=(
            Column(name="title", label="Title"),
            Column(name="passes", label="Passes"),
            Column(name="because", label="Because of"),
        ),
        rows=tuple((each.title, YES if each.passes else NO, each.because or None) for each in judged),
        empty=Sentence(key="It has brought no article yet."),
        total=len(judged),
    )


@command(
    "feed release",
    role=Role.ADMIN,
    in_channels=True,
    help="Post what is held of a feed.",
    more="When a document consists mostly of old articles that were never seen, they are held until an admin decides.",
    examples=("feed release 3",),
)
async def release(call: Call, feed: Annotated[Feed, Arg("The feed.")]) -> Answer:
    """In all channels of this community."""
    await subscriptions_of(call, feed)
    count = await call.house.feeds.release(call.actor.community_id, feed.id, call.actor.account_id)
    return answer(counted(_GOES_OUT, _GO_OUT, count, feed=_name(feed)))


@command(
    "feed skip",
    role=Role.ADMIN,
    in_channels=True,
    help="Let pass, unposted, what is held of a feed.",
    examples=("feed skip 3",),
)
async def skip(call: Call, feed: Annotated[Feed, Arg("The feed.")]) -> Answer:
    """In all channels of this community."""
    await subscriptions_of(call, feed)
    count = await call.house.feeds.skip(call.actor.community_id, feed.id, call.actor.account_id)
    return answer(counted(_IS_SKIPPED, _ARE_SKIPPED, count, feed=_name(feed)))


@command(
    "feed health",
    role=Role.ADMIN,
    in_channels=True,
    help="Say which feeds are late, failing or stale, since when and why.",
    more="A feed is stale that can be read and has brought nothing for thirty days.",
    examples=("feed health",),
    changes=False,
)
async def health(call: Call) -> Answer:
    """One line for each feed that has something, or one sentence."""
    last = await call.house.feeds.last_brought(call.actor.community_id)
    grouped = _by_feed(await _pairs(call))
    rows = [row for feed, found in grouped if (row := _trouble(call, feed, found, last.get(feed.id))) is not None]
    if not rows:
        return answer(counted(_WELL_ONE, _WELL, len(grouped)))
    return answer(
        Listing(
            columns=(
                Column(name="feed", label="Number", plain=True),
                Column(name="title", label="Title"),
                Column(name="trouble", label="What is wrong"),
                Column(name="since", label="Since"),
                Column(name="reason", label="Remark"),
            ),
            rows=tuple(rows),
            empty=Sentence(key="All is well."),
            total=len(rows),
        )
    )


def _trouble(call: Call, feed: Feed, found: Sequence[Subscription], last: datetime | None) -> tuple[Cell, ...] | None:
    if feed.failure is not None:
        return (feed.id, _name(feed), Sentence(key=REASONS[feed.failure]), feed.failing_since, feed.reason)
    if feed.state is FeedState.ACTIVE and call.now - feed.next_at > LATE:
        return (feed.id, _name(feed), Sentence(key="is late: it was to be read"), feed.next_at, None)
    since = last or feed.first_read_at
    if since is not None and call.now - since > STALE and any(each.takes_articles for each in found):
        return (feed.id, _name(feed), Sentence(key="is stale: it has brought nothing"), since, feed.reason)
    return None


async def _pairs(call: Call) -> Sequence[_Pair]:
    """The subscriptions of channels where who asks is an admin."""
    pairs = await call.house.feeds.subscriptions(call.actor.community_id)
    return [(feed, each) for feed, each in pairs if call.may(Role.ADMIN, each.channel)]


def _by_feed(pairs: Sequence[_Pair]) -> list[tuple[Feed, list[Subscription]]]:
    grouped: dict[FeedId, tuple[Feed, list[Subscription]]] = {}
    for feed, each in pairs:
        grouped.setdefault(feed.id, (feed, []))[1].append(each)
    return list(grouped.values())


def _name(feed: Feed) -> str:
    return feed.title or feed.address


def _names(subscriptions: Sequence[Subscription]) -> str:
    return ", ".join(each.channel.name for each in subscriptions)


_NOT_HERE = "is not posted here"
_IS_PAUSED = "“{feed}” is paused in: {channels}."
_GOES_ON = "“{feed}” goes on in: {channels}."
_GOES_OUT = "{count} held post of “{feed}” goes out."
_GO_OUT = "{count} held posts of “{feed}” go out."
_IS_SKIPPED = "{count} held post of “{feed}” is skipped."
_ARE_SKIPPED = "{count} held posts of “{feed}” are skipped."
_WELL_ONE = "All is well: {count} feed is read on time."
_WELL = "All is well: {count} feeds are read on time."

COMMANDS: tuple[Declared, ...] = (show_all, show, pause, resume, remove, try_out, release, skip, health)
