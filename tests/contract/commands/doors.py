"""The doors at which a command can be asked for, each with its own way of asking; all answer in the same form."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from bot.__main__ import main
from bot.command_line.setting import Setting
from bot.commands.line import split
from bot.errors import RequestError
from bot.locale import translator
from bot.locale.answers import as_data, refusal
from bot.ports.commands import Kind, Line
from tests.contract.commands.scene import Scene

ZONE = "Europe/Paris"  # of the town's first section: what the page shows where nothing else is asked for

_RANDOM = ((re.compile(r"(?<=/signin/)[\w-]{20,}"), "…"),)


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """What a door answered; random tokens are masked, all else is as it was."""

    answer: list[dict[str, Any]] | None = None
    refused: str | None = None


Door = Callable[[Scene, str, str, str], Awaitable[Said]]
"""Who asks, the line, and the language."""


async def typed_line(scene: Scene, name: str, line: str, language: str) -> Said:
    """The registry's own typed line, as a chat without commands hands it over."""
    who, t = await scene.caller(name, language, ZONE), translator(language)
    try:
        asked = scene.town.commands.read_line(line)
        answer = await scene.town.commands.run(who, asked.command.name, dict(asked.values), confirmed=asked.confirmed)
    except RequestError as refused:
        return Said(refused=refusal(t, refused, ZONE))
    return _masked({"answer": as_data(answer, t, ZONE)})


async def command_line(scene: Scene, name: str, line: str, language: str) -> Said:
    """`tribune`, in a thread of its own, on the database of the running scene."""
    config = scene.file.with_name("config.toml")
    config.write_text(_config(scene), encoding="utf-8")
    options = ["--config", str(config), "--as", name, "--language", language, "--zone", ZONE]
    setting = Setting(config_path=config, clock=scene.town.clock, quiet=True)
    words = [*options, *_words(scene, line), "--json"]
    done = await asyncio.to_thread(CliRunner().invoke, main, words, obj=setting, prog_name="tribune")
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.stdout, (line, done.stderr)
    said = json.loads(done.stdout)
    assert (done.exit_code == 0) is ("answer" in said), (line, done.exit_code)
    return _masked(said)


async def page(scene: Scene, name: str, line: str, language: str) -> Said:
    """The form of the command, sent by a program that asks for JSON."""
    asked = scene.town.commands.read_line(line)
    form = dict(asked.values) | {"csrf": await scene.csrf(name)} | ({"confirmed": "yes"} if asked.confirmed else {})
    async with scene.town.session.post(
        f"{scene.page}/do/{asked.command.name.replace(' ', '-')}",
        data=form,
        cookies=await scene.cookies(name),
        headers={"Accept": "application/json", "Accept-Language": language, "Origin": scene.page},
    ) as answer:
        return _masked(await answer.json())


DOORS: dict[str, Door] = {"typed line": typed_line, "command line": command_line, "page": page}


def understood(scene: Scene, line: str) -> Line | None:
    """What a line asks for; None where it cannot be understood: then there is no form to be sent."""
    try:
        return scene.town.commands.read_line(line)
    except RequestError:
        return None


def _masked(said: dict[str, Any]) -> Said:
    text = json.dumps(said)
    for pattern, mask in _RANDOM:
        text = pattern.sub(mask, text)
    known = json.loads(text)
    return Said(answer=known.get("answer"), refused=known.get("refused"))


def _words(scene: Scene, line: str) -> list[str]:
    """The words of a line as a shell hands them over; the text of a file lies in one."""
    words = [each.text for each in split(line)]
    asked = understood(scene, line)
    for name, value in asked.values if asked is not None else ():
        parameter = asked.command.parameter(name) if asked is not None else None
        if parameter is not None and parameter.kind is Kind.FILE:
            words = [_in_file(scene.file.with_name(name), each, value) for each in words]
    return words


def _in_file(file: Path, word: str, text: str) -> str:
    if not word.endswith(text):
        return word
    file.write_text(text, encoding="utf-8")
    return word.removesuffix(text) + str(file)


def _config(scene: Scene) -> str:
    port = scene.page.rpartition(":")[2]
    return f"""
[tribune]
contact = "test@example.org"
[database]
url = "sqlite+aiosqlite:///{scene.file}"
[web]
port = {port}
[polling]
allowed_hosts = ["127.0.0.1"]
workers = 1
[[communities]]
slug = "town"
name = "Town"
[[communities]]
slug = "village"
name = "Village"
"""
