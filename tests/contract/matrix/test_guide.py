"""What the guide has homeserver administrators type works."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
from pathlib import Path

import pytest

from adapters.matrix import clients
from adapters.matrix.asking import ask
from tests.servers.matrix.bots import sessions_of, settings_of
from tests.servers.matrix.synapse import Synapse

GUIDE = (Path(__file__).resolve().parents[3] / "docs" / "matrix.md").read_text(encoding="utf-8")


@pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl on this machine")
async def test_the_limits_are_lifted_as_it_says(synapse: Synapse, tmp_path: Path) -> None:
    bot = synapse.register("bot")
    settings = settings_of(synapse, synapse.register("boss", admin=True), tmp_path)
    session = await sessions_of(settings).enter()
    (typed,) = re.findall(r"^curl (?:.*\\\n)*.*$", GUIDE, re.MULTILINE)
    typed = typed.replace("https://matrix.example.org", synapse.address).replace("@tribune:example.org", bot.user)
    process = await asyncio.create_subprocess_shell(typed, env={**os.environ, "ADMIN_TOKEN": session.token})
    assert await process.wait() == 0
    async with clients.closing(clients.plain_client(settings, session)) as client:
        where = f"/_synapse/admin/v1/users/{bot.user}/override_ratelimit"
        assert await ask(client, "GET", where) == {"messages_per_second": 0, "burst_count": 0}
