"""One command of the registry, asked for at the command line and done on the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.app import open_commands
from bot.command_line.callers import caller
from bot.command_line.setting import Setting, local_zone, run_it
from bot.command_line.speaking import MISUSED, Speaking
from bot.command_line.values import fetched
from bot.commands.line import parse_words, unfinished
from bot.config import Config
from bot.errors import RequestError, TribuneError
from bot.locale import translator
from bot.locale.answers import quoted
from bot.ports.commands import Answer, Command, Completion, Kind, Progress, Unconfirmed

JSON = "--json"


def ask(setting: Setting, words: Sequence[str], commands: Sequence[Command]) -> None:
    """Do what the words after `tribune` ask for, and say what came of it. Raises TribuneError."""
    config = setting.config()
    t = translator(setting.language or config.tribune.language)
    speaking = Speaking(t=t, zone=setting.zone or local_zone(), json=JSON in words)
    try:
        line = parse_words([each for each in words if each != JSON], commands)
        values = fetched(line, t)
    except RequestError as refused:
        speaking.refuse(refused, MISUSED)
    asking = _Asking(setting, config, speaking, line.command.name, values)
    try:
        try:
            answer = asking.answered(confirmed=line.confirmed)
        except Unconfirmed as question:
            if not speaking.at_a_terminal:
                raise
            speaking.confirm(question)
            answer = asking.answered(confirmed=True)
    except RequestError as refused:
        speaking.refuse(refused)
    speaking.answer(answer)


class _Asking:
    """A command with its values."""

    def __init__(
        self, setting: Setting, config: Config, speaking: Speaking, name: str, values: Mapping[str, str]
    ) -> None:
        self._setting = setting
        self._config = config
        self._speaking = speaking
        self._name = name
        self._values = values

    def answered(self, *, confirmed: bool) -> Answer:
        with self._speaking.progress() as progress:
            return run_it(self._answered(confirmed, progress))

    async def _answered(self, confirmed: bool, progress: Progress) -> Answer:
        setting, speaking = self._setting, self._speaking
        async with open_commands(self._config, setting.clock) as opened:
            who = await caller(
                opened.commands,
                opened.house,
                community=setting.community,
                name=setting.name,
                language=speaking.t.language,
                zone=speaking.zone,
            )
            return await opened.commands.run(who, self._name, self._values, confirmed=confirmed, progress=progress)


def complete(setting: Setting, words: Sequence[str], typed: str) -> Sequence[Completion]:
    """What the word that is being typed after `words` could be; nothing where there is no database to ask."""
    try:
        return run_it(_completions(replace(setting, quiet=True), words, typed))
    except TribuneError:
        return ()


def wants_file(words: Sequence[str], typed: str, commands: Sequence[Command]) -> bool:
    """Whether the word that is being typed is a file's name."""
    parameter = unfinished(_line(words, typed), commands).parameter
    return parameter is not None and parameter.kind is Kind.FILE


def _line(words: Sequence[str], typed: str) -> str:
    """The words of a shell as a typed line that is not at its end."""
    return " ".join([*(each if each.startswith("--") else quoted(each) for each in words), typed])


async def _completions(setting: Setting, words: Sequence[str], typed: str) -> Sequence[Completion]:
    async with open_commands(setting.config(), setting.clock) as opened:
        who = await caller(
            opened.commands, opened.house, community=setting.community, name=setting.name, language="en", zone="UTC"
        )
        return await opened.commands.complete_line(who, _line(words, typed))
