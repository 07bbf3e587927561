"""Channels: what is set in them."""

from __future__ import annotations

from typing import Annotated

from bot.commands.call import Call, answer
from bot.commands.declaring import Arg, Declared, command
from bot.commands.finding import short_name
from bot.domain.flags import HIDES_AT
from bot.domain.model import ArticleSort, Channel, Role, Visibility, Vote
from bot.domain.telling import Sentence
from bot.domain.votes import EVERYWHERE, FLAG
from bot.errors import RequestError
from bot.ports.commands import Answer, Cell, Column, Fact, Facts, Listing
from bot.ports.governing import ChannelChange

LABELS = {
    Visibility.PUBLIC: "Everybody",
    Visibility.COMMUNITY: "Members of the community",
    Visibility.PRIVATE: "Only those in the channel",
}
"""Who sees what is said in a channel, on the page."""

_WHICH = "Which channel? Name it: “channel list” shows them all."


@command(
    "channel list",
    role=Role.MEMBER,
    help="Show the channels of this community.",
    examples=("channel list",),
    changes=False,
)
async def overview(call: Call) -> Answer:
    """All of them."""
    channels = await _all(call)
    columns = (
        Column(name="channel", label="Channel"),
        Column(name="name", label="Name"),
        Column(name="ref", label="Reference"),
        Column(name="language", label="Language"),
        Column(name="zone", label="Time zone"),
        Column(name="visibility", label="Who sees it on the page"),
    )
    rows = tuple(_row(each) for each in channels)
    empty = Sentence(key="There is no channel here yet.")
    return answer(Listing(columns=columns, rows=rows, empty=empty, total=len(rows)))


def _row(channel: Channel) -> tuple[Cell, ...]:
    seen = Sentence(key=LABELS[channel.visibility])
    return (short_name(channel), channel.name, channel.ref, channel.language, channel.zone, seen)


async def _all(call: Call) -> list[Channel]:
    async with call.house.store.read() as tx:
        return [each for each in await tx.places.channels() if each.community_id == call.actor.community_id]


@command(
    "channel show",
    role=Role.MEMBER,
    help="Show what is set in a channel.",
    more="Without a channel: the one where you ask.",
    examples=("channel show news",),
    changes=False,
)
async def show(call: Call, channel: Annotated[Channel | None, Arg("The channel.")] = None) -> Answer:
    """One of them."""
    return answer(facts_of(channel if channel is not None else await _here(call)))


async def _here(call: Call) -> Channel:
    """The channel where somebody asks."""
    channels = await _all(call)
    found = [each for each in channels if each.ref == call.caller.channel] or (channels if len(channels) == 1 else [])
    if not found:
        raise RequestError(_WHICH)
    return found[0]


def facts_of(channel: Channel) -> Facts:
    """What is set, and what holds where nothing is."""
    settings = channel.settings
    weight = None if settings.hide_weight is None else f"{settings.hide_weight:g}"
    return Facts(
        title=Sentence(key="The channel {channel}", values={"channel": channel.name}),
        facts=(
            Fact(name="channel", label="Channel", value=short_name(channel)),
            Fact(name="name", label="Name", value=channel.name),
            Fact(name="ref", label="Reference", value=channel.ref),
            Fact(name="language", label="Language", value=channel.language),
            Fact(name="zone", label="Time zone", value=channel.zone),
            Fact(name="visibility", label="Who sees it on the page", value=Sentence(key=LABELS[channel.visibility])),
            Fact(name="sort", label="Order of articles", value=_or_usual(settings.sort, ArticleSort.HOT)),
            Fact(name="up", label="Emoji of votes up", value=_or_usual(settings.up, EVERYWHERE[Vote.UP])),
            Fact(name="down", label="Emoji of votes down", value=_or_usual(settings.down, EVERYWHERE[Vote.DOWN])),
            Fact(name="flag", label="Emoji of reports", value=_or_usual(settings.flag, FLAG)),
            Fact(name="hide-weight", label="Weight at which reports hide", value=_or_usual(weight, f"{HIDES_AT:g}")),
        ),
    )


def _or_usual(value: str | None, usual: str) -> Cell:
    return value if value is not None else Sentence(key="{value}, as everywhere", values={"value": str(usual)})


@command(
    "channel set",
    role=Role.ADMIN,
    in_channels=True,
    help="Change what is set in a channel.",
    more="“usual” sets back to what holds everywhere. 👍 and 👎 stay votes, since they are the buttons of the page; "
    "other emoji of votes are counted as they are set, those that stand there already too.",
    examples=("channel set news --language fr --zone Europe/Paris", "channel set news --up 🎉 --down usual"),
)
async def change(
    call: Call,
    channel: Annotated[Channel, Arg("The channel.")],
    *,
    name: Annotated[str | None, Arg("What it is called.")] = None,
    language: Annotated[str | None, Arg("The language that the bot speaks there: en or fr.")] = None,
    zone: Annotated[str | None, Arg("Its time zone, as in Europe/Paris.")] = None,
    sort: Annotated[str | None, Arg("The usual order of its articles on the page: hot, new, top or usual.")] = None,
    up: Annotated[str | None, Arg("The emoji that is a vote up.")] = None,
    down: Annotated[str | None, Arg("The emoji that is a vote down.")] = None,
    flag: Annotated[str | None, Arg("The emoji that reports something.")] = None,
    hide_weight: Annotated[str | None, Arg("The weight of reports that hides a comment.")] = None,
    visibility: Annotated[Visibility | None, Arg("Who sees on the page what is said there.", labels=LABELS)] = None,
) -> Answer:
    """Set it."""
    wanted = ChannelChange(
        name=name,
        language=language,
        zone=zone,
        visibility=visibility,
        sort=sort,
        up=up,
        down=down,
        flag=flag,
        hide_weight=hide_weight,
    )
    return answer(facts_of(await call.house.channels.set(call.actor, channel.id, wanted)))


COMMANDS: tuple[Declared, ...] = (overview, show, change)
