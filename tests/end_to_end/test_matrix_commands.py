"""`tribune matrix …` as operators type it: processes of their own on a real homeserver."""

from __future__ import annotations

import asyncio
import os
import pty
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from adapters.matrix import clients
from adapters.matrix.asking import ask, path
from adapters.matrix.sessions import Session
from adapters.matrix.settings import MatrixSettings
from storage.instance import hold
from tests.servers.matrix.bots import KEY, sessions_of, settings_of
from tests.servers.matrix.synapse import Registered, Synapse
from tests.servers.running import ROOT

CONFIG = """
[tribune]
contact = "test@example.org"
[database]
url = "sqlite+aiosqlite:///{folder}/tribune.db"
[[communities]]
slug = "town"
name = "Town"
[[communities.channels]]
slug = "square"
ref = "{channel}"
name = "Square"
"""
MATRIX = """
[matrix]
homeserver = "{address}"
user = "{user}"
key = {{ env = "MATRIX_KEY" }}
store = "matrix"
"""


class Operator:
    """Somebody at a shell, with a configuration in a folder."""

    def __init__(self, synapse: Synapse, bot: Registered, folder: Path) -> None:
        self.bot, self.folder, self.synapse = bot, folder, synapse
        self.settings: MatrixSettings = settings_of(synapse, bot, folder)
        self.configure()

    def configure(self, more: str = "", *, channel: str = "matrix:!none:tribune.test") -> None:
        text = CONFIG.format(folder=self.folder, channel=channel)
        text += MATRIX.format(address=self.synapse.address, user=self.bot.user) + more
        (self.folder / "config.toml").write_text(text, encoding="utf-8")

    async def types(
        self, *words: str, given: str | None = None, environ: Mapping[str, str] | None = None
    ) -> tuple[int, str]:
        """Run `tribune` with these words; its exit status and all that it says."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "--config", str(self.folder / "config.toml"), *words, cwd=ROOT,
            env={**os.environ, "MATRIX_KEY": KEY, **(environ or {})}, stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        said, _ = await process.communicate(given.encode() if given is not None else None)
        assert process.returncode is not None
        return process.returncode, said.decode()

    async def logs_in(self) -> str:
        status, said = await self.types("matrix", "login", "--password-stdin", given=f"{self.bot.password}\n")
        assert status == 0, said
        return said

    def kept(self) -> Session:
        found = sessions_of(self.settings).kept()
        assert found is not None
        return found


@pytest.fixture
def operator(synapse: Synapse, tmp_path: Path) -> Operator:
    return Operator(synapse, synapse.register("bot"), tmp_path)


async def test_login_verify_and_status_follow_each_other(operator: Operator) -> None:
    said = await operator.logs_in()
    session = operator.kept()
    assert f"device {session.device}" in said
    assert "Next: start Tribune" in said
    status, verified = await operator.types("matrix", "verify")
    assert (status, verified.splitlines()[0]) == (0, "The account had signed the device already.")
    assert verified.splitlines()[1:] == [line for line in said.splitlines() if "(for comparing)" in line]
    status, told = await operator.types("matrix", "status")
    assert (status, "cross-signing: the account has signed the device" in told) == (0, True), told
    assert [each for each in (session.token, operator.bot.password, KEY) if each in said + verified + told] == []


async def test_nothing_secret_is_said_at_the_level_of_debugging_either(operator: Operator) -> None:
    operator.configure('[logs]\nlevel = "debug"\n')
    said = await operator.logs_in()
    said += (await operator.types("matrix", "status"))[1]
    assert [each for each in (operator.kept().token, operator.bot.password, KEY) if each in said] == []


async def test_a_password_is_asked_for_at_a_terminal_and_not_shown(operator: Operator) -> None:
    ours, theirs = pty.openpty()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "--config", str(operator.folder / "config.toml"), "matrix", "login", cwd=ROOT,
        env={**os.environ, "MATRIX_KEY": KEY}, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True,
    )  # fmt: skip
    os.close(theirs)
    seen = await _until(ours, "Password of the bot's account: ")
    os.write(ours, f"{operator.bot.password}\n".encode())
    seen += await _until(ours, "Next: start Tribune")
    async with asyncio.timeout(60):
        assert await process.wait() == 0
    os.close(ours)
    assert operator.bot.password not in seen
    assert operator.kept()


async def _until(terminal: int, words: str) -> str:
    seen = b""
    while words.encode() not in seen:
        seen += await asyncio.wait_for(asyncio.to_thread(os.read, terminal, 4096), 60)
    return seen.decode()


async def test_the_configured_password_is_taken(operator: Operator) -> None:
    operator.configure('password = { env = "MATRIX_PASSWORD" }\n')
    status, said = await operator.types("matrix", "login", environ={"MATRIX_PASSWORD": operator.bot.password})
    assert status == 0, said


async def test_beside_a_tribune_that_runs_it_says_so(operator: Operator) -> None:
    async with hold(f"sqlite+aiosqlite:///{operator.folder}/tribune.db"):
        assert "Tribune is running: it goes on as this device" in await operator.logs_in()


@pytest.mark.parametrize("words", [("login",), ("verify",), ("status",)])
async def test_without_matrix_it_says_what_to_write(operator: Operator, words: tuple[str, ...]) -> None:
    text = CONFIG.format(folder=operator.folder, channel="discord:1")
    (operator.folder / "config.toml").write_text(text, encoding="utf-8")
    status, said = await operator.types("matrix", *words)
    assert status == 2
    assert said == (
        "matrix: Tribune is not on Matrix; write homeserver, user and key into the table [matrix], as docs/matrix.md"
        " says\n"
    )


async def test_each_failure_is_one_line(operator: Operator) -> None:
    status, said = await operator.types("matrix", "login", "--password-stdin", given="rosebud\n")
    assert (status, said) == (
        1,
        f"tribune: the homeserver does not take the password of {operator.bot.user}: check both\n",
    )
    status, said = await operator.types("matrix", "login", given="")
    assert (status, "--password-stdin" in said, said.count("\n")) == (1, True, 1), said
    status, said = await operator.types("matrix", "login", "--password-stdin", given="\n")
    assert (status, "the first line of the input is empty" in said) == (2, True), said
    status, said = await operator.types("matrix", "status")
    assert (status, "run `tribune matrix login`" in said.splitlines()[-1]) == (1, True), said
    await operator.logs_in()
    status, said = await operator.types("matrix", "verify", environ={"MATRIX_KEY": "another"})
    assert (status, "session.sealed does not open with the key of [matrix]" in said) == (1, True), said
    assert said.count("\n") == 1


async def test_a_homeserver_that_is_not_there_is_said(operator: Operator) -> None:
    text = (operator.folder / "config.toml").read_text(encoding="utf-8")
    (operator.folder / "config.toml").write_text(
        text.replace(operator.synapse.address, "http://127.0.0.1:9"), encoding="utf-8"
    )
    for words in (("login", "--password-stdin"), ("status",)):
        status, said = await operator.types("matrix", *words, given="rosebud\n")
        assert (status, said) == (1, "tribune: the homeserver cannot be reached\n")


async def test_check_looks_at_rooms_with_the_kept_session(operator: Operator) -> None:
    status, said = await operator.types("check")
    assert (status, "the bot is not logged in on Matrix yet" in said) == (0, True), said
    await operator.logs_in()
    async with clients.closing(clients.plain_client(operator.settings, operator.kept())) as client:
        levels = {"users": {operator.bot.user: 100}, "redact": 101}
        told = {"name": "Square", "room_version": "11", "power_level_content_override": levels}
        room = (await ask(client, "POST", path("createRoom"), told))["room_id"]
    operator.configure(channel=f"matrix:{room}")
    status, said = await operator.types("check")
    line = f"on its network: matrix:{room}: Square: the bot lacks: Remove messages sent by others"
    assert (status, line in said) == (0, True), said
