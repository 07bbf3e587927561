"""How Matrix's things are named: minted and parsed here alone.

matrix:<room>                          a room, by its ID: "!abc:example.org", from version 12 on "!abc"
matrix:thread/<room>/<event>           a thread, by the message that it hangs on
matrix:message/<room>/<event>          a message
matrix:account/<user>                  "@anna:example.org"
matrix:reaction/<room>/<event>         a reaction, by its own event
matrix:server/<room>                   a space, or a room that is in none

Within a name "%" and "/" are written as in addresses (%25, %2F): old rooms have slashes in the IDs of events.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.domain.model import Ref
from bot.errors import NetworkRefused

NETWORK = "matrix"

_PART = r"([^/]+)"
_ROOM = re.compile(r"matrix:(![^/]+)")
_THREAD = re.compile(rf"matrix:thread/{_PART}/{_PART}")
_MESSAGE = re.compile(rf"matrix:message/{_PART}/{_PART}")
_ACCOUNT = re.compile(rf"matrix:account/{_PART}")
_REACTION = re.compile(rf"matrix:reaction/{_PART}/{_PART}")
_SERVER = re.compile(rf"matrix:server/{_PART}")


@dataclass(frozen=True, kw_only=True, slots=True)
class EventId:
    """An event, and the room that it is in."""

    room: str
    event: str


def channel(room: str) -> Ref:
    """A room that articles are posted in."""
    return Ref(f"matrix:{_quoted(room)}")


def thread(room: str, event: str) -> Ref:
    """A thread; `event` is the message that it hangs on."""
    return Ref(f"matrix:thread/{_quoted(room)}/{_quoted(event)}")


def message(room: str, event: str) -> Ref:
    return Ref(f"matrix:message/{_quoted(room)}/{_quoted(event)}")


def account(user: str) -> Ref:
    return Ref(f"matrix:account/{_quoted(user)}")


def reaction(room: str, event: str) -> Ref:
    """A reaction; `event` is its own."""
    return Ref(f"matrix:reaction/{_quoted(room)}/{_quoted(event)}")


def server(room: str) -> Ref:
    return Ref(f"matrix:server/{_quoted(room)}")


def room_id(ref: Ref) -> str:
    """The room of a channel. Raises `NetworkRefused` where it is no channel of Matrix's; so the others for what they
    parse."""
    return _plain(_match(_ROOM, ref, "room")[1])


def thread_id(ref: Ref) -> EventId:
    return _event(_match(_THREAD, ref, "thread"))


def message_id(ref: Ref) -> EventId:
    return _event(_match(_MESSAGE, ref, "message"))


def account_id(ref: Ref) -> str:
    return _plain(_match(_ACCOUNT, ref, "account")[1])


def reaction_id(ref: Ref) -> EventId:
    return _event(_match(_REACTION, ref, "reaction"))


def server_id(ref: Ref) -> str:
    return _plain(_match(_SERVER, ref, "server")[1])


def is_thread(ref: Ref) -> bool:
    """Whether it names a thread."""
    return _THREAD.fullmatch(ref) is not None


def is_account(ref: Ref) -> bool:
    """Whether it names an account."""
    return _ACCOUNT.fullmatch(ref) is not None


def is_message(ref: Ref) -> bool:
    """Whether it names a message."""
    return _MESSAGE.fullmatch(ref) is not None


def _event(found: re.Match[str]) -> EventId:
    return EventId(room=_plain(found[1]), event=_plain(found[2]))


def _match(pattern: re.Pattern[str], ref: Ref, what: str) -> re.Match[str]:
    found = pattern.fullmatch(ref)
    if found is None:
        raise NetworkRefused(f"{ref!r} is no {what} of Matrix's")
    return found


def _quoted(name: str) -> str:
    return name.replace("%", "%25").replace("/", "%2F")


def _plain(quoted: str) -> str:
    return quoted.replace("%2F", "/").replace("%25", "%")
