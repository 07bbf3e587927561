"""What somebody asked for, read out of an interaction's data."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import discord

from adapters.discord import refs

_SUBCOMMANDS = {
    discord.AppCommandOptionType.subcommand.value,
    discord.AppCommandOptionType.subcommand_group.value,
}
_CHANNEL = re.compile(r"<#(\d{1,20})>")


@dataclass(frozen=True, kw_only=True, slots=True)
class Upload:
    """A file that was sent along; it is still on Discord's servers."""

    name: str
    url: str
    size: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Invocation:
    """A command with its values as text, the files beside them; `focused` is the parameter that is being typed."""

    name: str
    values: Mapping[str, str]
    uploads: Mapping[str, Upload] = field(default_factory=dict)
    focused: str | None = None


def invocation(data: Mapping[str, Any]) -> Invocation:
    """Read what was invoked, or is being typed."""
    words, options = [str(data["name"])], list(data.get("options", ()))
    while len(options) == 1 and options[0]["type"] in _SUBCOMMANDS:
        words.append(str(options[0]["name"]))
        options = list(options[0].get("options", ()))
    return Invocation(
        name=" ".join(words),
        values={each["name"]: _as_text(each["value"]) for each in options if not _is_file(each)},
        uploads={each["name"]: _upload(data, each["value"]) for each in options if _is_file(each)},
        focused=_focused(options),
    )


def _is_file(option: Mapping[str, Any]) -> bool:
    return bool(option["type"] == discord.AppCommandOptionType.attachment.value)


def _focused(options: Sequence[Mapping[str, Any]]) -> str | None:
    return next((str(each["name"]) for each in options if each.get("focused")), None)


def _as_text(value: object) -> str:
    """As it is typed at any other door."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def channel_named(text: str) -> str:
    """What names a channel at any other door: on Discord people type its mention."""
    mention = _CHANNEL.fullmatch(text.strip())
    return refs.channel(int(mention[1])) if mention else text


def _upload(data: Mapping[str, Any], number: object) -> Upload:
    file = data["resolved"]["attachments"][str(number)]
    return Upload(name=file["filename"], url=file["url"], size=int(file["size"]))
