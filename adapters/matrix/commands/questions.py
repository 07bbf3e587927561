"""What a message asks, and what each reaction on it does: it stands in the message itself, so that it is known after a
restart, too.

"tribune.asks": {"of": "@anna:example.org", "does": {"✅": {"command": "feed remove", "values": [["feed", "3"]],
"confirmed": true}, "❌": {}}}

`of` is who may answer; without it everybody may, with the rights that they have. What has a secret among its values is
held in memory: {"kept": "a key", "command": "feed add"}.
"""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from adapters.matrix.commands.emoji import bare
from bot.ports.commands import Command, Kind

MOST_KEPT = 1000
_SECRET = {Kind.SECRET, Kind.FILE}

Values = tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Ask:
    """A command that is asked for."""

    command: str
    values: Values = ()
    confirmed: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Leave:
    """Nothing is done."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Forgotten:
    """What was held in memory is no more; the command alone is known."""

    command: str


Choice = Ask | Leave | Forgotten


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """`does`: what each emoji, bare, comes to. `of`: who may answer, None: whoever has the right to."""

    does: Mapping[str, Choice] = field(default_factory=dict)
    of: str | None = None


class Questions:
    """Writes questions into messages, and reads them back."""

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

    def write(self, question: Question) -> dict[str, Any]:
        """What a message carries that asks it; nothing in it is secret."""
        does = {bare(emoji): self._written(choice) for emoji, choice in question.does.items()}
        return {"does": does, **({"of": question.of} if question.of is not None else {})}

    def read(self, carried: object) -> Question | None:
        """What a message asks; None where it asks nothing that can be understood."""
        if not isinstance(carried, Mapping) or not isinstance(carried.get("does"), Mapping):
            return None
        read = {str(emoji): self._choice(each) for emoji, each in carried["does"].items()}
        of = carried.get("of")
        does = {emoji: each for emoji, each in read.items() if each is not None}
        return Question(does=does, of=of if isinstance(of, str) else None)

    def _written(self, choice: Choice) -> dict[str, Any]:
        if not isinstance(choice, Ask):
            return {}
        if secret(self._find(choice.command), choice.values):
            return {"kept": self._keep(choice), "command": choice.command}
        return written(choice)

    def _choice(self, carried: object) -> Choice | None:
        if not isinstance(carried, Mapping):
            return None
        command = str(carried.get("command", ""))
        if not command:
            return Leave()
        if "kept" in carried:
            return self._kept.get(str(carried["kept"])) or Forgotten(command=command)
        values = carried.get("values")
        pairs = tuple((str(name), str(value)) for name, value in values) if isinstance(values, list) else ()
        return Ask(command=command, values=pairs, confirmed=carried.get("confirmed") is True)

    def _keep(self, ask: Ask) -> str:
        key = self._new_key()
        self._kept[key] = ask
        if len(self._kept) > self._most:
            self._kept.popitem(last=False)
        return key


def written(ask: Ask) -> dict[str, Any]:
    """A command as a message carries it."""
    values = [[name, value] for name, value in ask.values]
    return {"command": ask.command, "values": values, **({"confirmed": True} if ask.confirmed else {})}


def secret(command: Command, values: Values) -> bool:
    """Whether one of the values is not to be shown again."""
    named = {name for name, _ in values}
    return any(each.kind in _SECRET for each in command.parameters if each.name in named)
