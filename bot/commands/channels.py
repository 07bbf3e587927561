"""Channels: what is set in them."""

from __future__ import annotations

from typing import Annotated

from bot.commands.call import Call, answer
from bot.commands.declaring import Arg, Declared, command
from bot.commands.finding import short_name
from bot.commands.inspecting import adopted_here, warned
from bot.commands.servers import server_name
from bot.domain.colours import write_colour
from bot.domain.flags import HIDES_AT
from bot.domain.model import ArticleSort, Channel, Role, Visibility, Vote, network_of
from bot.domain.telling import Sentence
from bot.domain.votes import EVERYWHERE, FLAG
from bot.errors import RequestError
from bot.ports.commands import Answer, Cell, Column, Fact, Facts, Listing, Unconfirmed
from bot.ports.governing import ChannelChange
from bot.ports.network import CanShowCases

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
    one = channel if channel is not None else await _here(call)
    return await _shown(call, one)


async def _shown(call: Call, channel: Channel) -> Answer:
    async with call.house.store.read() as tx:
        server = await tx.places.server(channel.server) if channel.server is not None else None
    name = (server.name or server_name(server)) if server is not None else None
    return await warned(call, answer(facts_of(channel, name)), channel)


async def _here(call: Call) -> Channel:
    """The channel where somebody asks."""
    if (here := await adopted_here(call)) is not None:
        return here
    channels = await _all(call)
    found = [each for each in channels if each.ref == call.caller.channel] or (channels if len(channels) == 1 else [])
    if not found:
        raise RequestError(_WHICH)
    return found[0]


def facts_of(channel: Channel, server: str | None) -> Facts:
    """What is set, and what holds where nothing is; `server` is what the one is called that it is in."""
    settings = channel.settings
    colour = write_colour(settings.colour) if settings.colour is not None else Sentence(key="the usual one")
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
            Fact(name="colour", label="Colour of its posts", value=colour),
            Fact(
                name="cases", label="Shows cases to moderators", value=Sentence(key="yes" if settings.cases else "no")
            ),
            Fact(name="server", label="Server", value=server),
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
    "other emoji of votes are counted as they are set, those that stand there already too. A channel that shows cases "
    "should be one that only moderators can read: that is asked before it is done.",
    examples=(
        "channel set news --language fr --zone Europe/Paris",
        "channel set news --up 🎉 --down usual",
        "channel set news --colour #1f7a8c",
        "channel set backroom --cases --yes",
    ),
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
    colour: Annotated[str | None, Arg("The colour of its posts: like #1f7a8c, like teal, or usual.")] = None,
    cases: Annotated[bool | None, Arg("Whether moderators get the community's cases there, to decide on them.")] = None,
) -> Answer:
    """Set it."""
    if cases and not channel.settings.cases:
        _need_moderators_only(call, channel)
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
        colour=colour,
        cases=cases,
    )
    return await _shown(call, await call.house.channels.set(call.actor, channel.id, wanted))


def _need_moderators_only(call: Call, channel: Channel) -> None:
    """Raise `RequestError` where cases cannot be shown, and `Unconfirmed` until somebody said who reads there."""
    network = call.house.networks.get(network_of(channel.ref))
    able = isinstance(network, CanShowCases) if network is not None else channel.server is not None
    if not able:
        raise RequestError(_NO_CASES, channel=channel.name)
    if not call.confirmed:
        raise Unconfirmed(_WHO_READS)


_NO_CASES = "Cases cannot be shown in {channel}: that takes a channel in a server of a chat network that has buttons."
_WHO_READS = (
    "Everybody who can read this channel will read what was reported there, by whom and why. Can only moderators "
    "read it?"
)


COMMANDS: tuple[Declared, ...] = (overview, show, change)
