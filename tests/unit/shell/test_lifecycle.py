"""Signals drain, systemd is told, the watchdog is fed only while all is well. In a process of its own each."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from bot.lifecycle import Lifecycle, Notifier

PROGRAM = """
import asyncio, sys
from datetime import timedelta
from bot.lifecycle import lifecycle

async def healthy():
    return "ill" not in sys.argv

async def main():
    async with lifecycle(grace=timedelta(seconds=1), last=timedelta(seconds=2)) as life:
        watch = asyncio.create_task(life.watch(healthy))
        life.notifier.ready("all is well")
        print("ready", flush=True)
        await life.stopping.wait()
        print("draining", flush=True)
        if "slow" in sys.argv:
            await asyncio.sleep(60)
        if "stuck" in sys.argv:
            import time
            time.sleep(60)
        watch.cancel()
        print("drained", flush=True)
    print("ended", flush=True)

asyncio.run(main())
"""


@asynccontextmanager
async def program(*arguments: str, **environ: str) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        PROGRAM,
        *arguments,
        stdout=asyncio.subprocess.PIPE,
        env=os.environ | environ,
    )
    try:
        assert await line(process) == "ready"
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def line(process: asyncio.subprocess.Process) -> str:
    assert process.stdout is not None
    return (await asyncio.wait_for(process.stdout.readline(), 10)).decode().strip()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_drains_and_ends_well(number: signal.Signals) -> None:
    async with program() as process:
        process.send_signal(number)
        assert [await line(process) for _ in range(3)] == ["draining", "drained", "ended"]
        assert await process.wait() == 0


async def test_a_second_ctrl_c_ends_at_once() -> None:
    async with program("slow") as process:
        process.send_signal(signal.SIGINT)
        assert await line(process) == "draining"
        began = time.monotonic()
        process.send_signal(signal.SIGINT)
        assert await process.wait() == 130
        assert time.monotonic() - began < 0.8


async def test_a_drain_that_takes_too_long_is_cut_short_and_ends_well() -> None:
    async with program("slow") as process:
        process.send_signal(signal.SIGTERM)
        assert [await line(process) for _ in range(2)] == ["draining", "ended"]
        assert await process.wait() == 0


async def test_what_hears_no_cancellation_ends_all_the_same() -> None:
    async with program("stuck") as process:
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 5) == 0


@pytest.fixture
def systemd(tmp_path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as receiver:
        receiver.bind(str(tmp_path / "notify"))
        receiver.settimeout(5)
        yield receiver


async def told(systemd: socket.socket) -> list[str]:
    return (await asyncio.to_thread(systemd.recv, 4096)).decode().splitlines()


async def test_systemd_hears_of_the_start_the_life_and_the_end(systemd: socket.socket) -> None:
    environ = {"NOTIFY_SOCKET": systemd.getsockname(), "WATCHDOG_USEC": "200000"}
    async with program(**environ) as process:
        assert await told(systemd) == ["READY=1", "STATUS=all is well"]
        assert [await told(systemd) for _ in range(3)] == [["WATCHDOG=1"]] * 3
        process.send_signal(signal.SIGTERM)
        while (last := await told(systemd)) == ["WATCHDOG=1"]:
            pass
        assert last[0] == "STOPPING=1"
        assert await process.wait() == 0


async def test_the_watchdog_is_not_fed_where_the_database_is_ill(systemd: socket.socket) -> None:
    environ = {"NOTIFY_SOCKET": systemd.getsockname(), "WATCHDOG_USEC": "100000"}
    async with program("ill", **environ):
        assert (await told(systemd))[0] == "READY=1"
        systemd.settimeout(0.4)
        with pytest.raises(TimeoutError):
            await told(systemd)


async def test_a_check_that_hangs_feeds_no_watchdog(systemd: socket.socket) -> None:
    async def hangs() -> bool:
        await asyncio.sleep(60)
        return True

    notifier = Notifier({"NOTIFY_SOCKET": systemd.getsockname(), "WATCHDOG_USEC": "100000"})
    systemd.settimeout(0.4)
    watch = asyncio.create_task(Lifecycle(notifier).watch(hangs))
    with pytest.raises(TimeoutError):
        await told(systemd)
    watch.cancel()


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, None),
        ({"WATCHDOG_USEC": "3000000"}, timedelta(seconds=3)),
        ({"WATCHDOG_USEC": "3000000", "WATCHDOG_PID": str(os.getpid())}, timedelta(seconds=3)),
        ({"WATCHDOG_USEC": "3000000", "WATCHDOG_PID": "1"}, None),
        ({"WATCHDOG_USEC": "soon"}, None),
    ],
)
def test_the_watchdog_is_read_from_the_environment(environ: dict[str, str], expected: timedelta | None) -> None:
    assert Notifier(environ).watchdog == expected


async def test_a_manager_that_is_gone_is_no_reason_to_stop(tmp_path: Path) -> None:
    Notifier({"NOTIFY_SOCKET": str(tmp_path / "nobody")}).send("READY=1")


async def test_an_abstract_socket_is_understood() -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as receiver:
        receiver.bind("\0tribune-test-" + str(os.getpid()))
        receiver.settimeout(5)
        Notifier({"NOTIFY_SOCKET": "@tribune-test-" + str(os.getpid())}).status("hello")
        assert await told(receiver) == ["STATUS=hello"]
