"""The way back to who pressed, chose or typed something: the first answer at once, then what there is to say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from typing import Any

import discord
from discord.utils import MISSING

from adapters.discord import failures
from adapters.discord.interactions.answers import Button, Shown
from bot.errors import NetworkError

UNKNOWN_INTERACTION = 10062
ANSWERED_ALREADY = 40060

Interaction = discord.Interaction[Any]


class TooLate(NetworkError):
    """Discord takes no answer to this any more; nobody waits for one."""


@contextmanager
def translated() -> Iterator[None]:
    """As `failures.translated`; raises `TooLate` too."""
    with failures.translated():
        try:
            yield
        except discord.HTTPException as error:
            if error.code in (UNKNOWN_INTERACTION, ANSWERED_ALREADY):
                raise TooLate(str(error)) from error
            raise


class Reply:
    """What is said to one interaction. Only who caused it sees it; raises `NetworkError`."""

    def __init__(self, interaction: Interaction) -> None:
        self._interaction = interaction

    @classmethod
    async def thinking(cls, interaction: Interaction) -> Reply:
        """The answer will be a new message."""
        with translated():
            await interaction.response.defer(ephemeral=True, thinking=True)
        return cls(interaction)

    @classmethod
    async def updating(cls, interaction: Interaction) -> Reply:
        """The answer will stand in place of the message whose button was pressed."""
        with translated():
            await interaction.response.defer()
        return cls(interaction)

    async def show(self, messages: Sequence[Shown]) -> None:
        """Say it: the first message where the answer is awaited, the others below it."""
        first, *others = messages
        with translated():
            await self._interaction.edit_original_response(
                content=None,
                embeds=list(first.embeds),
                attachments=_files(first),
                view=_view(first.buttons),
            )
            for each in others:
                await self._interaction.followup.send(
                    ephemeral=True,
                    embeds=list(each.embeds),
                    files=_files(each),
                    view=_view(each.buttons) or MISSING,
                )

    async def post(self, content: str) -> None:
        """Say something that everybody sees, in place of an answer to one."""
        with translated():
            # The first message after "thinking" would be the answer to one, whatever it is sent as.
            await self._interaction.edit_original_response(content="…")
            await self._interaction.followup.send(
                content, ephemeral=False, suppress_embeds=True, allowed_mentions=discord.AllowedMentions.none()
            )
            await self._interaction.delete_original_response()


async def at_once(interaction: Interaction, shown: Shown) -> None:
    """The whole answer as the first one, where nothing has to be asked for."""
    with translated():
        await interaction.response.send_message(ephemeral=True, embeds=list(shown.embeds))


async def ask_in(interaction: Interaction, modal: discord.ui.Modal) -> None:
    """Show a form as the first answer; what is sent comes back as an interaction of its own."""
    modal.stop()  # so that discord.py does not keep it: what comes back is read from the interaction
    with translated():
        await interaction.response.send_modal(modal)


def _files(shown: Shown) -> list[discord.File]:
    return [discord.File(BytesIO(each.body), filename=each.name) for each in shown.files]


def _view(buttons: Sequence[Button]) -> discord.ui.View | None:
    if not buttons:
        return None
    view = discord.ui.View(timeout=None)
    for each in buttons:
        if each.url is not None:
            view.add_item(discord.ui.Button(label=each.label, url=each.url))
        else:
            view.add_item(discord.ui.Button(label=each.label, custom_id=each.carried, style=each.style))
    view.stop()  # as with forms
    return view
