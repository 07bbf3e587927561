"""How Discord's things are named: minted and parsed here alone.

discord:<channel>                       a text or forum channel, by its ID as people copy it
discord:thread/<thread>                 a thread, a forum post's too
discord:message/<channel>/<message>     a message, in a channel or in a thread
discord:account/<user>
discord:reaction/<channel>/<message>/<user>/<emoji>   `emoji` as people type it, or <:name:id>
discord:server/<guild>

A thread opened from a message has the message's ID; the first message of a forum post has its thread's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.domain.model import Ref
from bot.errors import NetworkRefused

NETWORK = "discord"

_ID = r"(\d{1,20})"
_CHANNEL = re.compile(rf"discord:{_ID}")
_THREAD = re.compile(rf"discord:thread/{_ID}")
_MESSAGE = re.compile(rf"discord:message/{_ID}/{_ID}")
_ACCOUNT = re.compile(rf"discord:account/{_ID}")
_REACTION = re.compile(rf"discord:reaction/{_ID}/{_ID}/{_ID}/(.+)", re.DOTALL)
_SERVER = re.compile(rf"discord:server/{_ID}")


@dataclass(frozen=True, kw_only=True, slots=True)
class MessageId:
    """A message, in the channel or thread that it stands in."""

    channel: int
    message: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ReactionId:
    """A reaction; `emoji` as people type it, or <:name:id>."""

    channel: int
    message: int
    user: int
    emoji: str


def channel(number: int) -> Ref:
    """A channel that articles are posted in."""
    return Ref(f"discord:{number}")


def thread(number: int) -> Ref:
    return Ref(f"discord:thread/{number}")


def message(channel: int, number: int) -> Ref:
    """A message; `channel` is the thread where it stands in one."""
    return Ref(f"discord:message/{channel}/{number}")


def account(number: int) -> Ref:
    return Ref(f"discord:account/{number}")


def reaction(channel: int, message: int, user: int, emoji: str) -> Ref:
    return Ref(f"discord:reaction/{channel}/{message}/{user}/{emoji}")


def server(number: int) -> Ref:
    return Ref(f"discord:server/{number}")


def channel_id(ref: Ref) -> int:
    """Raises `NetworkRefused` where it is no channel of Discord's; so the others for what they parse."""
    return int(_match(_CHANNEL, ref, "channel")[1])


def thread_id(ref: Ref) -> int:
    return int(_match(_THREAD, ref, "thread")[1])


def account_id(ref: Ref) -> int:
    return int(_match(_ACCOUNT, ref, "account")[1])


def server_id(ref: Ref) -> int:
    return int(_match(_SERVER, ref, "server")[1])


def message_id(ref: Ref) -> MessageId:
    found = _match(_MESSAGE, ref, "message")
    return MessageId(channel=int(found[1]), message=int(found[2]))


def reaction_id(ref: Ref) -> ReactionId:
    found = _match(_REACTION, ref, "reaction")
    return ReactionId(channel=int(found[1]), message=int(found[2]), user=int(found[3]), emoji=found[4])


def is_thread(ref: Ref) -> bool:
    """Whether it names a thread."""
    return _THREAD.fullmatch(ref) is not None


def is_account(ref: Ref) -> bool:
    """Whether it names an account."""
    return _ACCOUNT.fullmatch(ref) is not None


def is_message(ref: Ref) -> bool:
    """Whether it names a message."""
    return _MESSAGE.fullmatch(ref) is not None


def _match(pattern: re.Pattern[str], ref: Ref, what: str) -> re.Match[str]:
    found = pattern.fullmatch(ref)
    if found is None:
        raise NetworkRefused(f"{ref!r} is no {what} of Discord's")
    return found
