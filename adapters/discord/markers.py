"""How a message carries its marker: posts in their buttons, all else in the address of an embed.

An embed that has an address and no title shows no link, and keeps the address; the host is one that never is.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote, unquote

import discord

from adapters.discord import custom_ids

_ADDRESS = "https://tribune.invalid/#"


def address_of(marker: str) -> str:
    """The address of an embed that carries `marker`."""
    return _ADDRESS + quote(marker, safe="")


def marker_of(message: discord.Message) -> str | None:
    """The marker that one of the bot's messages carries, None where it carries none."""
    for embed in message.embeds:
        if embed.url is not None and embed.url.startswith(_ADDRESS):
            return unquote(embed.url.removeprefix(_ADDRESS))
    return next(_under(message), None)


def _under(message: discord.Message) -> Iterator[str]:
    for row in message.components:
        for button in row.children if isinstance(row, discord.ActionRow) else ():
            said = custom_ids.read(button.custom_id or "") if isinstance(button, discord.Button) else None
            if said is not None and said.kind in custom_ids.OF_POSTS:
                yield said.rest
