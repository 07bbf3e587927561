"""What the buttons under an answer carry: the command that a press asks for, so that they work after a restart too.

t:do:<flag>:<command>?<values>   `flag` is "y" where the question was answered with yes
t:kept:<key>:<command>           what is too long for that, or secret, is held in memory under `key`
t:leave:                         nothing is done
"""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from adapters.discord.custom_ids import LONGEST, custom_id
from bot.ports.commands import Command, Kind

DO, KEPT, LEAVE = "do", "kept", "leave"
MOST_KEPT = 1000
_ROOM = LONGEST - len(custom_id(DO, ""))
_SECRET = {Kind.SECRET, Kind.FILE}


@dataclass(frozen=True, kw_only=True, slots=True)
class Ask:
    """A command that a press asks for."""

    command: str
    values: tuple[tuple[str, str], ...]
    confirmed: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Forgotten:
    """What a press asked for was held in memory, and is no more; the command alone is known."""

    command: str


class Presses:
    """Writes what buttons carry, and reads it back."""

    def __init__(
        self,
        find: Callable[[str], Command],
        new_key: Callable[[], str] = lambda: secrets.token_urlsafe(9),
        most: int = MOST_KEPT,
    ) -> None:
        self._find = find
        self._new_key = new_key
        self._most = most
        self._kept: OrderedDict[str, Ask] = OrderedDict()

    def write(self, ask: Ask) -> str:
        """What a button carries that asks for `ask`; at most 100 characters, and nothing secret."""
        carried = f"{'y' if ask.confirmed else 'n'}:{ask.command}?{urlencode(ask.values)}"
        if len(carried) <= _ROOM and not self.secret(ask):
            return custom_id(DO, carried)
        return custom_id(KEPT, f"{self._keep(ask)}:{ask.command}")

    def read(self, carried: str) -> Ask:
        """What a press of the kind `DO` asks for."""
        flag, _, line = carried.partition(":")
        command, _, values = line.partition("?")
        return Ask(command=command, values=tuple(parse_qsl(values, keep_blank_values=True)), confirmed=flag == "y")

    def recall(self, carried: str) -> Ask | Forgotten:
        """What a press of the kind `KEPT` asks for."""
        key, _, command = carried.partition(":")
        return self._kept.get(key) or Forgotten(command=command)

    def secret(self, ask: Ask) -> bool:
        """Whether it has a value that is not to be shown again."""
        named: Mapping[str, str] = dict(ask.values)
        return any(each.kind in _SECRET for each in self._find(ask.command).parameters if each.name in named)

    def _keep(self, ask: Ask) -> str:
        key = self._new_key()
        self._kept[key] = ask
        if len(self._kept) > self._most:
            self._kept.popitem(last=False)
        return key
