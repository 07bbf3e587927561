"""Subscribing channels to feeds, and changing what they get."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from bot.commands.call import Call, answer, counted
from bot.commands.declaring import Arg, Declared, command
from bot.commands.finding import short_name
from bot.commands.inspecting import warned
from bot.commands.options import (
    CapOption,
    DigestOption,
    FilterOption,
    HeaderOption,
    IntervalOption,
    LanguageOption,
    MembersOnlyOption,
    MentionOption,
    PasswordOption,
    QuietOption,
    SensitiveOption,
    TagsOption,
    TemplateOption,
    UserOption,
    credentials_of,
    place_of,
    subscriptions_of,
)
from bot.commands.rules import rules_listing
from bot.domain.feed_addresses import apart
from bot.domain.model import Channel, Feed, Role, Rules, Spotted
from bot.domain.subscribing import RuleChanges, amended, bounded
from bot.domain.telling import Sentence
from bot.errors import RequestError
from bot.ports.commands import Answer, Block, Column, Listing, Offer, Offers, Preview
from bot.ports.desk import Amendment, Sought, Trial, Wanted

MOST_BACKLOG = 100
_WEEK = timedelta(days=7)

_ADD_MORE = (
    "Without --backlog and --since nothing is stored: the answer shows the newest article as it would be posted and "
    "asks which of the earlier ones are to be posted first. With one of them, or where a feed has no article yet, the "
    "channel is subscribed at once. A feed that needs --user, --password or --header is this community's own, and "
    "nobody else is shown what it brings."
)
_NO_BACKLOG = "--backlog: “{value}” is neither “none” nor a number up to {most}."
_ONE_OF_BOTH = "--backlog and --since exclude each other; give one of them."
_LATER = "--since: {date} is still to come."


@dataclass(frozen=True, kw_only=True, slots=True)
class _First:
    """Which of the earlier articles are posted first."""

    backlog: int = 0
    since: datetime | None = None


@command(
    "feed add",
    role=Role.ADMIN,
    in_channels=True,
    help="Subscribe a channel to a feed, by the address of the feed or of its site.",
    more=_ADD_MORE,
    examples=(
        "feed add https://news.example/",
        "feed add news.example/rss news --backlog 3",
        'feed add news.example news --since 2026-01-31 --filter "title:council NOT sport" --cap 4',
    ),
)
async def add(
    call: Call,
    address: Annotated[str, Arg("The address of a feed, or of a site that has one.")],
    channel: Annotated[Channel | None, Arg("The channel; may be left out where there is no choice.")] = None,
    *,
    backlog: Annotated[str | None, Arg("How many of the newest articles to post first: none, or a number.")] = None,
    since: Annotated[date | None, Arg("The day since which earlier articles are posted, like 2026-01-31.")] = None,
    filter: FilterOption = None,
    template: TemplateOption = None,
    mention: MentionOption = None,
    tags: TagsOption = None,
    language: LanguageOption = None,
    members_only: MembersOnlyOption = None,
    cap: CapOption = None,
    quiet: QuietOption = None,
    digest: DigestOption = None,
    interval: IntervalOption = None,
    sensitive: SensitiveOption = None,
    user: UserOption = None,
    password: PasswordOption = None,
    header: HeaderOption = None,
) -> Answer:
    """Look, show, ask, and with the answer subscribe."""
    place = await place_of(call, channel)
    changes = RuleChanges(
        filter=filter, template=template, mention=mention, tags=tags, language=language, members_only=members_only,
        cap=cap, quiet=quiet, digest=digest, sensitive=sensitive,
    )  # fmt: skip
    rules, first = amended(Rules(), changes), _first(backlog, since, place, call.now)
    if interval is not None:
        bounded(interval)
    bare, credentials = apart(address, credentials_of(user, password, header))
    asked = _Asked(
        sought=Sought(address=bare, credentials=credentials),
        place=place,
        changes=changes,
        interval=interval,
    )
    known = await call.house.feeds.there(call.actor.community_id, asked.sought)
    if known is not None and await _gets(call, known, place):
        return _there_already(known, place)
    found = await call.house.feeds.look(call.actor.community_id, asked.sought)
    if len(found) > 1:
        return await warned(call, _choice(asked, found), place)
    return await warned(call, await _one(call, asked, found[0], known, rules, first), place)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Asked:
    """What somebody said to `feed add`."""

    sought: Sought
    place: Channel
    changes: RuleChanges
    interval: timedelta | None

    def offer(self, label: Sentence, address: str, *more: tuple[str, str]) -> Offer:
        """The same once more, with an address and more."""
        said = {
            "filter": self.changes.filter,
            "template": self.changes.template,
            "mention": self.changes.mention,
            "tags": self.changes.tags,
            "language": self.changes.language,
            "members-only": None if self.changes.members_only is None else _yes(self.changes.members_only),
            "cap": None if self.changes.cap is None else str(self.changes.cap),
            "quiet": self.changes.quiet,
            "digest": self.changes.digest,
            "interval": f"{int(self.interval.total_seconds())}s" if self.interval is not None else None,
            "sensitive": self.changes.sensitive,
        }
        kept = tuple((name, value) for name, value in said.items() if value)
        values = (("address", address), ("channel", short_name(self.place)), *kept, *more)
        return Offer(label=label, command="feed add", values=values)


async def _one(
    call: Call, asked: _Asked, found: Spotted, known: Feed | None, rules: Rules, first: _First | None
) -> Answer:
    feeds, place, kept = call.house.feeds, asked.place, asked.sought.credentials
    known = known or await feeds.there(call.actor.community_id, Sought(address=found.address, credentials=kept))
    if known is not None and await _gets(call, known, place):
        return _there_already(known, place)
    trial = feeds.preview(found, place, rules)
    if first is None and trial.judged:
        return await _question(call, asked, found, known, trial)
    first = first or _First()
    wanted = Wanted(
        feed=found,
        credentials=kept,
        channel=place,
        backlog=first.backlog,
        since=first.since,
        rules=asked.changes,
        interval=asked.interval,
    )
    number = await feeds.add(call.actor, wanted)
    title = found.title or found.address
    return answer(Sentence(key=_ADDED, values={"feed": title, "channel": place.name, "number": number}))


async def _question(call: Call, asked: _Asked, found: Spotted, known: Feed | None, trial: Trial) -> Answer:
    blocks: list[Block] = []
    if known is not None:
        pairs = await call.house.feeds.subscriptions(call.actor.community_id)
        names = ", ".join(each.channel.name for feed, each in pairs if feed.id == known.id)
        blocks.append(Sentence(key=_KNOWN, values={"number": known.id, "channels": names}))
    blocks.append(Sentence(key=_FOUND, values={"feed": found.title or found.address, "address": found.address}))
    blocks += shown(trial, filtered=bool(asked.changes.filter))
    if asked.sought.credentials:
        return answer(*blocks, Sentence(key=_SAY_AGAIN))
    edit = [Offer(label=Sentence(key=_EDIT), command="feed edit", values=(("feed", str(known.id)),))] if known else []
    return answer(*blocks, Offers(question=Sentence(key=_HOW_MANY), offers=(*_backlogs(call, asked, found), *edit)))


def _backlogs(call: Call, asked: _Asked, found: Spotted) -> Sequence[Offer]:
    day = f"{(call.now - _WEEK).astimezone(ZoneInfo(asked.place.zone)):%Y-%m-%d}"
    newest = [
        asked.offer(counted(_NEWEST_ONE, _NEWEST, count), found.address, ("backlog", str(count))) for count in (3, 10)
    ]
    return (
        asked.offer(Sentence(key=_NONE), found.address, ("backlog", "none")),
        *newest,
        asked.offer(Sentence(key=_SINCE, values={"date": day}), found.address, ("since", day)),
    )


def shown(trial: Trial, *, filtered: bool) -> list[Block]:
    """The newest article as it would be posted, and how many pass where not all do."""
    blocks: list[Block] = []
    passing = sum(each.passes for each in trial.judged)
    if trial.card is not None:
        blocks.append(Preview(card=trial.card))
    if filtered and trial.judged:
        blocks.append(counted(_PASSES, _PASS, passing, total=len(trial.judged)))
    if not trial.judged:
        blocks.append(Sentence(key=_NO_ARTICLES))
    return blocks


def _choice(asked: _Asked, found: Sequence[Spotted]) -> Answer:
    """Several feeds: one is to be chosen; what opens them is repeated nowhere."""
    if asked.sought.credentials:
        listing = Listing(
            title=Sentence(key=_WHICH),
            columns=(Column(name="address", label="Address"), Column(name="title", label="Title")),
            rows=tuple((each.address, each.title or None) for each in found),
            empty=Sentence(key=_WHICH),
            total=len(found),
        )
        return answer(listing, Sentence(key=_CHOOSE_AGAIN))
    offers = tuple(asked.offer(_named(each), each.address) for each in found)
    return answer(Offers(question=Sentence(key=_WHICH), offers=offers))


def _named(found: Spotted) -> Sentence:
    return Sentence(key=_A_CHOICE, values={"title": found.title or _host(found.address), "address": found.address})


def _host(address: str) -> str:
    return urlsplit(address).hostname or address


def _there_already(feed: Feed, place: Channel) -> Answer:
    values = (("feed", str(feed.id)), ("channel", short_name(place)))
    said: dict[str, str | int | datetime] = {
        "channel": place.name,
        "feed": feed.title or feed.address,
        "number": feed.id,
    }
    offers = (
        Offer(label=Sentence(key=_EDIT), command="feed edit", values=values),
        Offer(label=Sentence(key=_SHOW), command="feed show", values=values[:1]),
    )
    return answer(Sentence(key=_GETS_IT, values=said), Offers(question=Sentence(key=_WHAT_NOW), offers=offers))


async def _gets(call: Call, feed: Feed, place: Channel) -> bool:
    pairs = await call.house.feeds.subscriptions(call.actor.community_id)
    return any(found.id == feed.id and each.channel.id == place.id for found, each in pairs)


def _first(backlog: str | None, since: date | None, place: Channel, now: datetime) -> _First | None:
    if backlog and since is not None:
        raise RequestError(_ONE_OF_BOTH)
    if since is not None:
        moment = datetime.combine(since, time(), tzinfo=ZoneInfo(place.zone))
        if moment > now:
            raise RequestError(_LATER, date=since.isoformat())
        return _First(since=moment)
    if not backlog:
        return None
    word = backlog.strip().casefold()
    if word in ("none", "0", "aucun"):
        return _First()
    if not (word.isascii() and word.isdigit() and int(word[:9]) <= MOST_BACKLOG):
        raise RequestError(_NO_BACKLOG, value=backlog, most=MOST_BACKLOG)
    return _First(backlog=int(word))


def _yes(value: bool) -> str:
    return "yes" if value else "no"


@command(
    "feed edit",
    role=Role.ADMIN,
    in_channels=True,
    help="Change what a channel, or each channel of this community, gets of a feed.",
    more=(
        "Only what is given changes; an empty value clears it. The interval and what opens the feed are the feed's, "
        "for all its channels: --user, --password and --header replace together what was kept. Without an option the "
        "rules are shown."
    ),
    examples=(
        'feed edit 3 news --filter "title:council"',
        'feed edit 3 --filter "" --cap 4',
        "feed edit 3 --interval 1h",
    ),
)
async def edit(
    call: Call,
    feed: Annotated[Feed, Arg("The feed.")],
    channel: Annotated[Channel | None, Arg("The channel; else all of this community's that get the feed.")] = None,
    *,
    filter: FilterOption = None,
    template: TemplateOption = None,
    mention: MentionOption = None,
    tags: TagsOption = None,
    language: LanguageOption = None,
    members_only: MembersOnlyOption = None,
    cap: CapOption = None,
    quiet: QuietOption = None,
    digest: DigestOption = None,
    interval: IntervalOption = None,
    sensitive: SensitiveOption = None,
    user: UserOption = None,
    password: PasswordOption = None,
    header: HeaderOption = None,
) -> Answer:
    """Only what is given."""
    changes = RuleChanges(
        filter=filter, template=template, mention=mention, tags=tags, language=language, members_only=members_only,
        cap=cap, quiet=quiet, digest=digest, sensitive=sensitive,
    )  # fmt: skip
    opens = any(each is not None for each in (user, password, header))
    amendment = Amendment(
        rules=changes,
        interval=interval,
        credentials=credentials_of(user, password, header) if opens else None,
    )
    chosen = await subscriptions_of(call, feed, channel)
    if not changes and interval is None and not opens:
        return answer(Sentence(key=_NOTHING_SAID), rules_listing(chosen))
    if interval is not None or opens:
        await subscriptions_of(call, feed)
    changed = await call.house.feeds.amend(call.actor, feed.id, [each.channel.id for each in chosen], amendment)
    return answer(Sentence(key=_CHANGED, values={"feed": feed.title or feed.address}), rules_listing(changed))


_ADDED = "{channel} gets “{feed}” from now on; it is feed {number}, and is read at once."
_KNOWN = "This community has that feed already, as feed {number}, in: {channels}."
_GETS_IT = "{channel} gets “{feed}” already; it is feed {number}."
_FOUND = "“{feed}” is at {address}. The newest article would be posted like this:"
_NO_ARTICLES = "It has no article."
_PASSES = "{count} of the last {total} articles passes the filter."
_PASS = "{count} of the last {total} articles pass the filter."
_HOW_MANY = "Nothing is stored yet. Which of the earlier articles are to be posted first?"
_NONE = "None of them"
_NEWEST_ONE = "The newest {count} article"
_NEWEST = "The newest {count} articles"
_SINCE = "All since {date}"
_EDIT = "Change what it gets"
_SHOW = "Show all about the feed"
_WHAT_NOW = "What do you want to do?"
_A_CHOICE = "{title} – {address}"
_WHICH = "There are several feeds. Which one?"
_SAY_AGAIN = (
    "Nothing is stored yet. Say the same again, with what opens the feed, and with --backlog none, --backlog 3 or "
    "--since and a day: which of the earlier articles are to be posted first."
)
_CHOOSE_AGAIN = "Nothing is stored yet. Say the same again with one of these addresses, and with what opens the feed."
_NOTHING_SAID = "There is nothing to change. This is what holds:"
_CHANGED = "“{feed}” was changed. This is what holds now:"

COMMANDS: tuple[Declared, ...] = (add, edit)
