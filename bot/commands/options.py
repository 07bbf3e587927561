"""The options of a subscription, as they are written with more than one command."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated

from bot.commands.call import Call
from bot.commands.declaring import Arg, Secret
from bot.commands.inspecting import adopted_here
from bot.domain.model import Channel, Credentials, Feed, Role, Subscription
from bot.errors import RequestError

FilterOption = Annotated[
    str | None,
    Arg(
        "Which articles pass: words and “phrases”, joined by AND, OR and NOT, in title:, author:, category: or text:; "
        "/regular expressions/ of RE2, which can neither look around nor refer back."
    ),
]
TemplateOption = Annotated[
    str | None,
    Arg(
        "The text of a post, with fields in braces: title, link, author, source, date, time, lead, categories; a part "
        "in square brackets vanishes where its field is empty."
    ),
]
MentionOption = Annotated[str | None, Arg("The name of a role that each post calls.")]
TagsOption = Annotated[str | None, Arg("Tags of its posts, with commas between them.")]
LanguageOption = Annotated[str | None, Arg("The language of its posts, en or fr; else the channel's.")]
MembersOnlyOption = Annotated[bool | None, Arg("Whether the page shows its articles to signed-in members only.")]
CapOption = Annotated[
    int | None,
    Arg("How many posts an hour at most; more wait for their turn. 0 is as many as there are.", least=0, most=1000),
]
QuietOption = Annotated[
    str | None, Arg("Hours in which nothing is posted, in the channel's zone, like 22:00-07:00; what comes then waits.")
]
DigestOption = Annotated[
    str | None,
    Arg(
        "Post one digest instead of each article: 08:00 for every day, mon 08:00 for every week, in the channel's zone."
    ),
]
IntervalOption = Annotated[timedelta | None, Arg("How long there is between two polls, from 1m to 1d.")]
SensitiveOption = Annotated[str | None, Arg("Why its articles stand behind a curtain.")]
UserOption = Annotated[Secret | None, Arg("The name that opens the feed; it is not shown again.")]
PasswordOption = Annotated[Secret | None, Arg("The password that opens the feed; it is not shown again.")]
HeaderOption = Annotated[
    Secret | None, Arg("A header that opens the feed, written “Name: value”, one on a line; it is not shown again.")
]

_HEADER = re.compile(r"\s*([!#$%&'*+.^_`|~0-9A-Za-z-]{1,100})\s*:\s*(\S[^\r\n]{0,4000})")

_NO_HEADER = "A header is written “Name: value”, one on a line."
_WHICH_CHANNEL = "Say which channel: {known}."
_NO_CHANNELS = "There is no channel here yet."
_NOT_SUBSCRIBED = "{channel} does not get this feed. It goes to: {known}."


def credentials_of(user: str | None, password: str | None, header: str | None) -> Credentials:
    """What opens a feed. Raises RequestError, which repeats none of it."""
    lines = [line for line in (header or "").splitlines() if line.strip()]
    matches = [_HEADER.fullmatch(line.rstrip()) for line in lines]
    headers = tuple((match[1], match[2]) for match in matches if match is not None and match[2].isprintable())
    if len(headers) < len(lines):
        raise RequestError(_NO_HEADER)
    return Credentials(user=user or None, password=password or None, headers=headers)


async def place_of(call: Call, channel: Channel | None) -> Channel:
    """The channel that is meant: the one that was named, where it is asked, the only one. Raises RequestError."""
    if channel is None:
        channel = await adopted_here(call)
    if channel is None:
        async with call.house.store.read() as tx:
            known = [each for each in await tx.places.channels() if each.community_id == call.actor.community_id]
        asked_in = next((each for each in known if each.ref == call.caller.channel), None)
        channel = asked_in or (known[0] if len(known) == 1 else None)
        if channel is None:
            raise (
                RequestError(_WHICH_CHANNEL, known=", ".join(each.name for each in known))
                if known
                else RequestError(_NO_CHANNELS)
            )
    call.need(Role.ADMIN, [channel])
    return channel


async def subscriptions_of(call: Call, feed: Feed, channel: Channel | None = None) -> Sequence[Subscription]:
    """A feed's subscriptions in this community, or that of one channel; for who is an admin there. Raises
    RequestError."""
    pairs = await call.house.feeds.subscriptions(call.actor.community_id)
    here = [each for found, each in pairs if found.id == feed.id]
    chosen = [each for each in here if channel is None or each.channel.id == channel.id]
    if channel is not None and not chosen:
        raise RequestError(_NOT_SUBSCRIBED, channel=channel.name, known=", ".join(each.channel.name for each in here))
    call.need(Role.ADMIN, [each.channel for each in chosen])
    return chosen
