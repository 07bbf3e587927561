"""The README's commands, in a fresh clone, as a newcomer runs them."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import subprocess
from pathlib import Path

import aiohttp
import pytest

from tests.servers.running import ROOT, get_json

INSTALLS_WITHIN = 280.0  # seconds; everything is fetched anew

pytestmark = [
    pytest.mark.skipif(not (ROOT / ".git").exists(), reason="not a git checkout: there is nothing to clone"),
    pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed"),
]


def commands() -> list[str]:
    """What the README has people type."""
    blocks = re.findall(r"```sh\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.S)
    return [line.partition("#")[0].strip() for block in blocks for line in block.splitlines()]


def test_the_readme_names_the_two_commands_first() -> None:
    assert commands()[:2] == ["make run", "make test"]


def cloned(folder: Path) -> Path:
    clone = folder / "clone"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
    return clone


def environment() -> dict[str, str]:
    """As a login shell has it, not inside a virtual environment."""
    kept = {key: value for key, value in os.environ.items() if key not in {"VIRTUAL_ENV", "INVOCATION_ID"}}
    inside = str(ROOT / ".venv")
    kept["PATH"] = ":".join(each for each in kept["PATH"].split(":") if not each.startswith(inside))
    return kept | {"TRIBUNE_WEB_PORT": "0", "PYTHONUNBUFFERED": "1"}


@pytest.mark.timeout(600)
async def test_make_run_in_a_fresh_clone_has_the_sample_articles(tmp_path: Path) -> None:
    clone = cloned(tmp_path)
    make = await asyncio.create_subprocess_exec(
        "make", "run", cwd=clone, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    assert make.stdout is not None
    said: list[str] = []
    try:
        async with asyncio.timeout(INSTALLS_WITHIN):
            base = await address(make.stdout, said)
        async with asyncio.timeout(10), aiohttp.ClientSession() as session:
            await sample_articles(session, base)
    finally:
        make.terminate()
        async with asyncio.timeout(15):
            said.append((await make.stdout.read()).decode())
            await make.wait()
    assert "Traceback" not in "".join(said)
    assert (clone / "var" / "tribune.db").exists()


async def sample_articles(session: aiohttp.ClientSession, base: str) -> None:
    found = await get_json(session, f"{base}/api/articles")
    while found["total"] != 8:
        await asyncio.sleep(0.1)
        found = await get_json(session, f"{base}/api/articles")


async def address(output: asyncio.StreamReader, said: list[str]) -> str:
    async for raw in output:
        said.append(raw.decode())
        if found := re.search(r"running: (http://\S+?)/?$", said[-1].strip()):
            return found[1]
    raise AssertionError("make run ended without an address:\n" + "".join(said))


@pytest.mark.timeout(600)
def test_make_test_in_a_fresh_clone_runs_the_tests(tmp_path: Path) -> None:
    """Of all the tests a few, or this one would run itself: that they are found, and have what they need."""
    clone = cloned(tmp_path)
    done = subprocess.run(
        ["make", "test", "TESTS=tests/unit/domain"],
        cwd=clone,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=INSTALLS_WITHIN,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"\d+ passed", done.stdout)
