"""Every interaction goes to the part that it is for, by what it carries: nothing is remembered across a restart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import discord

from adapters.discord import custom_ids, refs
from adapters.discord.custom_ids import CustomId
from adapters.discord.interactions import presses
from adapters.discord.interactions.asking import Asking
from adapters.discord.interactions.cases import Cases
from adapters.discord.interactions.citing import Citing
from adapters.discord.interactions.completing import Completing
from adapters.discord.interactions.definitions import ACTIONS, definitions, digest
from adapters.discord.interactions.invocation import invocation
from adapters.discord.interactions.posts import Posts
from adapters.discord.interactions.reply import TooLate, translated
from adapters.discord.interactions.reporting import Reporting
from adapters.discord.interactions.visitor import Reception
from adapters.discord.line import Line
from bot.domain.model import Ref
from bot.ports.chat import ChatDesk
from bot.ports.clock import Clock
from bot.ports.commands import Commands
from bot.ports.network import Emit


class Interactions:
    """Answers interactions. The first answer leaves before any call to store or network is awaited."""

    def __init__(self, line: Line, *, commands: Commands, chat: ChatDesk, clock: Clock) -> None:
        reception = Reception(commands=commands, chat=chat)
        self._commands = commands
        self._chat = chat
        self._asking = Asking(commands, reception)
        self._completing = Completing(commands, reception)
        self._reporting = Reporting(reception, clock)
        self._citing = Citing(reception)
        self._posts = Posts(chat, reception)
        self._cases = Cases(self._asking)

    async def sync(self, client: discord.Client) -> None:
        """Register the commands with Discord, where their definition has changed since. Raises NetworkError."""
        application = client.application_id
        assert application is not None, "a client that has logged in knows its application"
        defined, note = definitions(self._commands.all()), f"commands:{application}"
        if await self._chat.recall(note) == digest(defined):
            return
        with translated():
            await client.http.bulk_upsert_global_commands(application, defined)
        await self._chat.note(note, digest(defined))

    async def take(self, interaction: discord.Interaction[Any], emit: Emit) -> None:
        """Answer an interaction; what people do by it is emitted. Raises StorageError, NetworkError, and what is a
        bug, after who waits for the answer was told."""
        data: Mapping[str, Any] = dict(interaction.data or {})
        try:
            match interaction.type:
                case discord.InteractionType.application_command:
                    await self._command(interaction, data)
                case discord.InteractionType.autocomplete:
                    await self._completing.complete(interaction, invocation(data))
                case discord.InteractionType.component:
                    await self._pressed(interaction, custom_ids.read(str(data["custom_id"])))
                case discord.InteractionType.modal_submit:
                    await self._sent(interaction, custom_ids.read(str(data["custom_id"])), emit)
        except TooLate:
            # Discord took the answer for late, or had one already: whoever waited was told by Discord, and there is
            # nobody left to tell.
            return

    async def _command(self, interaction: discord.Interaction[Any], data: Mapping[str, Any]) -> None:
        if data["type"] == discord.AppCommandType.chat_input.value:
            await self._asking.slash(interaction, invocation(data))
        elif data["name"] == ACTIONS["report"]:
            await self._reporting.ask(interaction, int(data["target_id"]))
        elif data["name"] == ACTIONS["quote"]:
            content = data["resolved"]["messages"][data["target_id"]]["content"]
            await self._citing.ask(interaction, int(data["target_id"]), content)

    async def _pressed(self, interaction: discord.Interaction[Any], carried: CustomId | None) -> None:
        match carried:
            case CustomId(kind=custom_ids.BEST):
                await self._posts.best(interaction)
            case CustomId(kind=custom_ids.ERROR):
                await self._posts.error(interaction)
            case CustomId(kind=custom_ids.FOLLOW):
                await self._posts.follow(interaction)
            case CustomId(kind=custom_ids.CASE, rest=rest) if (named := custom_ids.read_case(rest)) is not None:
                await self._cases.press(interaction, *named)
            case CustomId(kind=presses.DO, rest=rest):
                await self._asking.pressed(interaction, self._asking.presses.read(rest))
            case CustomId(kind=presses.KEPT, rest=rest):
                await self._asking.pressed(interaction, self._asking.presses.recall(rest))
            case CustomId(kind=presses.LEAVE):
                await self._asking.left(interaction)

    async def _sent(self, interaction: discord.Interaction[Any], carried: CustomId | None, emit: Emit) -> None:
        match carried:
            case CustomId(kind=custom_ids.CASE, rest=rest) if (named := custom_ids.read_case(rest)) is not None:
                await self._cases.sent(interaction, *named)
            case CustomId(kind="report", rest=rest):
                await self._reporting.take(interaction, _message(rest), emit)
            case CustomId(kind="quote", rest=rest):
                await self._citing.take(interaction, _message(rest))
            case CustomId(kind=custom_ids.ERROR, rest=rest):
                await self._posts.report_error(interaction, _message(rest))


def _message(rest: str) -> Ref:
    """The message that a form is about."""
    channel, _, message = rest.partition(":")
    return refs.message(int(channel), int(message))
