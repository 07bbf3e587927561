"""Commands, as they are asked for on Discord: typed with a slash, or by a button that says what to ask for."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, field

from adapters.discord.interactions.answers import Showing, question, refused, sentence
from adapters.discord.interactions.invocation import Invocation, Upload, channel_named
from adapters.discord.interactions.presses import Ask, Forgotten, Presses
from adapters.discord.interactions.reply import Interaction, Reply, translated
from adapters.discord.interactions.speaking import spoken
from adapters.discord.interactions.visitor import Reception, Visitor, visitor
from bot.errors import NetworkError, RequestError
from bot.locale import Translator, translator
from bot.ports.commands import Answer, Caller, Commands, Kind, Unconfirmed

LARGEST_FILE = 5 * 1024 * 1024
PROGRESS_EVERY = 2.0
"""Seconds: Discord takes five edits in five seconds from all of a bot's answers to one interaction."""

_NO_TEXT = "The file {name} is no text in UTF-8. Save it as UTF-8 and try again."
_TOO_LARGE = "The file {name} is too large. It may have {most} MB at most."
_FORGOTTEN = "I no longer know what was asked for here. Please ask again: /{command}"
_NOTHING_DONE = "Nothing was done."


@dataclass(slots=True)
class Ticker:
    """Shows how far something has come, now and then; `tell` returns at once."""

    reply: Reply
    t: Translator
    every: float = PROGRESS_EVERY
    _now: tuple[int, int] | None = field(default=None)

    def tell(self, done: int, of: int) -> None:
        """See `bot.ports.commands.Progress`."""
        self._now = (done, of)

    async def run(self) -> None:
        """Show what was told since, until cancelled."""
        while True:
            await asyncio.sleep(self.every)
            if self._now is not None:
                done, of = self._now
                self._now = None
                await self.reply.show([sentence(self.t("{done} of {of} …", done=done, of=of))])

    async def beside(self, work: Awaitable[Answer]) -> Answer:
        """Await `work`, and show how far it has come meanwhile."""
        running = asyncio.create_task(self.run())
        try:
            return await work
        finally:
            running.cancel()
            await asyncio.wait([running])
            broken = None if running.cancelled() else running.exception()
            if broken is not None and not isinstance(broken, NetworkError):  # the answer itself tells of those
                raise broken


class Asking:
    """Runs commands for who asks, and shows what they answer."""

    def __init__(self, commands: Commands, reception: Reception) -> None:
        self._commands = commands
        self._reception = reception
        self.presses = Presses(commands.find)

    async def slash(self, interaction: Interaction, asked: Invocation) -> None:
        """A command that was typed."""
        who = visitor(interaction)
        reply = await Reply.thinking(interaction)
        async with spoken(reply, who):
            files = {name: await _text(interaction, file) for name, file in asked.uploads.items()}
            values = tuple({**self._values(asked), **files}.items())
            await self.answer(reply, who, Ask(command=asked.name, values=values))

    def _values(self, asked: Invocation) -> Mapping[str, str]:
        command = self._commands.find(asked.name)
        channels = {each.name for each in command.parameters if each.kind is Kind.CHANNEL}
        return {name: channel_named(value) if name in channels else value for name, value in asked.values.items()}

    async def pressed(self, interaction: Interaction, ask: Ask | Forgotten) -> None:
        """A button under an answer: its message shows the next one."""
        who = visitor(interaction)
        reply = await Reply.updating(interaction)
        async with spoken(reply, who):
            if isinstance(ask, Ask):
                await self.answer(reply, who, ask)
            else:
                await reply.show([sentence(who.t(_FORGOTTEN, command=ask.command))])

    async def left(self, interaction: Interaction) -> None:
        """The question was answered with no."""
        who = visitor(interaction)
        reply = await Reply.updating(interaction)
        await reply.show([sentence(who.t(_NOTHING_DONE))])

    async def answer(self, reply: Reply, who: Visitor, ask: Ask) -> None:
        """Do what is asked for and show the answer, or the question that comes first. Raises `RequestError` where it
        is not known who asks."""
        caller = await self._reception.caller(who)
        t = translator(caller.language)
        try:
            answer = await self._run(Ticker(reply, t), caller, ask)
        except Unconfirmed as asked:
            await reply.show([question(t, asked, caller.zone, ask, self.presses)])
        except RequestError as why:
            await reply.show([refused(t, why, caller.zone)])
        else:
            command = self._commands.find(ask.command)
            showing = Showing(t=t, zone=caller.zone, command=command, ask=ask, presses=self.presses)
            await reply.show(showing.messages(answer))

    async def _run(self, ticker: Ticker, caller: Caller, ask: Ask) -> Answer:
        values: Mapping[str, str] = dict(ask.values)
        work = self._commands.run(caller, ask.command, values, confirmed=ask.confirmed, progress=ticker.tell)
        return await ticker.beside(work)


async def _text(interaction: Interaction, file: Upload) -> str:
    """The text of a file that was sent along. Raises `RequestError` where it is none, or too large."""
    if file.size > LARGEST_FILE:
        raise RequestError(_TOO_LARGE, name=file.name, most=LARGEST_FILE // 1024 // 1024)
    with translated():
        body: bytes = await interaction.client.http.get_from_cdn(file.url)
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as broken:
        raise RequestError(_NO_TEXT, name=file.name) from broken
