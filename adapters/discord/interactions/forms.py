"""Forms: what they ask for, and what is read out of them when they are sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import discord
from discord.ui import Label, Modal, Select, TextInput

from adapters.discord.interactions.definitions import shortened
from bot.locale import Translator

LONGEST_TITLE = 45
LONGEST_LABEL = 45


def form(t: Translator, title: str, carried: str) -> Modal:
    """An empty form; `title` is a message, `carried` comes back when it is sent."""
    return Modal(title=shortened(t.known(title), LONGEST_TITLE), custom_id=carried)


def with_choice(modal: Modal, t: Translator, label: str, name: str, choices: Mapping[str, str]) -> Modal:
    """Add a choice; `choices` are values and what they are called: messages."""
    options = [discord.SelectOption(label=shortened(t.known(said), 100), value=key) for key, said in choices.items()]
    select: Select[Any] = Select(custom_id=name, options=options)
    modal.add_item(Label(text=shortened(t.known(label), LONGEST_LABEL), component=select))
    return modal


def with_text(
    modal: Modal, t: Translator, label: str, name: str, *, most: int, filled: str = "", required: bool = False,
    short: bool = False,
) -> Modal:  # fmt: skip
    """Add a text of at most `most` characters, `filled` with what stands there at first."""
    style = discord.TextStyle.short if short else discord.TextStyle.paragraph
    text: TextInput[Any] = TextInput(
        custom_id=name, style=style, required=required, max_length=most, default=filled[:most] or None
    )
    modal.add_item(Label(text=shortened(t.known(label), LONGEST_LABEL), component=text))
    return modal


def sent(data: Mapping[str, Any]) -> dict[str, str]:
    """What was filled in, by name; of a choice the first value."""
    return dict(_fields(data.get("components", ())))


def _fields(components: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    for each in components:
        if "component" in each:
            yield from _fields([each["component"]])
        elif "components" in each:
            yield from _fields(each["components"])
        elif "custom_id" in each:
            values = each.get("values") or [each.get("value")]
            yield str(each["custom_id"]), str(values[0] or "")
