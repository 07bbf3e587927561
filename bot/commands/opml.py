"""Subscriptions as OPML files: brought in, and taken out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from bot.commands.call import Call, answer, counted
from bot.commands.declaring import Arg, Declared, FileText, command
from bot.domain.model import Channel, Role
from bot.domain.telling import Sentence
from bot.errors import RequestError
from bot.ports.commands import Answer, Cell, Column, Document, Fact, Facts, Listing
from bot.ports.opml import ImportLine

MOST_BACKLOG = 50
NAME, MEDIA_TYPE = "tribune.opml", "text/x-opml"

_BACKLOG = Arg("How many of its newest articles each feed posts at first.", least=0, most=MOST_BACKLOG)
_SUBSCRIBED = Sentence(key="New")
_NO_OUTLINES = "There are no feeds in this file."
_ONE_LINE = "{count} feed in the file: {created} new, {skipped} left out."
_LINES = "{count} feeds in the file: {created} new, {skipped} left out."
_SOON = "Nothing was fetched yet: the new feeds are read within the next half hour, one after the other."
_NOWHERE = "You are no admin of any channel here."


@command(
    "feed import",
    role=Role.ADMIN,
    in_channels=True,
    help="Subscribe to all feeds of an OPML file.",
    more="Folders become tags, unless the file says more; what is subscribed already is left as it is. The answer has "
    "a line for each feed of the file, with the reason where it was left out. Without a channel each feed goes where "
    "the file says, else into the only channel.",
    examples=("feed import feeds.opml", "feed import feeds.opml news --backlog 3"),
)
async def bring(
    call: Call,
    file: Annotated[FileText, Arg("The OPML file.")],
    channel: Annotated[Channel | None, Arg("The channel that gets them all.")] = None,
    *,
    backlog: Annotated[
        int, Arg("How many of its newest articles each feed posts at first.", least=0, most=MOST_BACKLOG)
    ] = 0,
) -> Answer:
    """A report by line."""
    channels = await _channels(call, channel)
    asked_in = next((each for each in channels if each.ref == call.caller.channel), None)
    usual = channel or asked_in or (channels[0] if len(channels) == 1 else None)
    lines = await call.house.opml.bring(
        call.actor,
        file,
        channels,
        usual=usual.id if usual is not None else None,
        backlog=backlog,
        progress=call.progress,
    )
    return _report(lines)


def _report(lines: Sequence[ImportLine]) -> Answer:
    created = sum(each.reason is None for each in lines)
    skipped = len(lines) - created
    rows: list[tuple[Cell, ...]] = [
        (each.title or each.address, each.address or None, each.line, each.reason or _SUBSCRIBED) for each in lines
    ]
    return answer(
        counted(_ONE_LINE, _LINES, len(lines), created=created, skipped=skipped),
        Facts(
            facts=(
                Fact(name="feeds", label="Feeds in the file", value=len(lines)),
                Fact(name="created", label="New", value=created),
                Fact(name="skipped", label="Left out", value=skipped),
            )
        ),
        Listing(
            columns=(
                Column(name="title", label="Feed"),
                Column(name="address", label="Address"),
                Column(name="line", label="Line", plain=True),
                Column(name="result", label="What became of it"),
            ),
            rows=tuple(rows),
            empty=Sentence(key=_NO_OUTLINES),
            total=len(rows),
        ),
        Sentence(key=_SOON) if created else None,
    )


@command(
    "feed export",
    role=Role.ADMIN,
    in_channels=True,
    help="Take the subscriptions out as an OPML file.",
    more="The file has the rules of each subscription, too, but never what opens a feed: user, password, headers. "
    "Brought in again, it changes nothing.",
    examples=("feed export", "feed export news"),
    changes=False,
)
async def take(
    call: Call, channel: Annotated[Channel | None, Arg("The channel; else all that you are an admin of.")] = None
) -> Answer:
    """The file."""
    async with call.house.store.read() as tx:
        known = await tx.places.communities()
    name = next(each.name for each in known if each.id == call.actor.community_id)
    text = await call.house.opml.take(call.actor, name, await _channels(call, channel))
    return answer(Document(name=NAME, media_type=MEDIA_TYPE, text=text))


async def _channels(call: Call, channel: Channel | None) -> list[Channel]:
    """The one that is named, or all that who asks is an admin of. Raises RequestError."""
    if channel is not None:
        call.need(Role.ADMIN, [channel])
        return [channel]
    async with call.house.store.read() as tx:
        known = [each for each in await tx.places.channels() if each.community_id == call.actor.community_id]
    mine = [each for each in known if call.may(Role.ADMIN, each)]
    if not mine:
        raise RequestError(_NOWHERE)
    return mine


COMMANDS: tuple[Declared, ...] = (bring, take)
