"""Starting and stopping as a service: signals, systemd's notifications, its watchdog.

The first SIGTERM or Ctrl-C asks for a drain: no new work is begun, the step in flight is finished or left resumable.
A second Ctrl-C ends the process at once, which loses nothing either.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta

import structlog

log = structlog.get_logger(__name__)

GRACE = timedelta(seconds=8)
"""How long a drain may take before what is left is cancelled."""

_LAST = timedelta(seconds=9.5)  # after this the process ends whatever still holds it, such as a look-up of a name


class Notifier:
    """Tells systemd how the service is; without a socket in the environment it says nothing.

    Protocol: sd_notify(3). A manager that is gone is no reason to stop.
    """

    def __init__(self, environ: Mapping[str, str]) -> None:
        address = environ.get("NOTIFY_SOCKET", "")
        self._address = "\0" + address[1:] if address.startswith("@") else address
        self.watchdog = _watchdog(environ)

    def send(self, *lines: str) -> None:
        """Send assignments such as READY=1 in one datagram."""
        if not self._address:
            return
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
            try:
                sender.sendto("\n".join(lines).encode(), self._address)
            except OSError as error:
                log.warning("systemd could not be told", reason=str(error))

    def ready(self, status: str) -> None:
        """The service has started."""
        self.send("READY=1", f"STATUS={status}")

    def status(self, status: str) -> None:
        """One line for `systemctl status`."""
        self.send(f"STATUS={status}")

    def stopping(self) -> None:
        """The service drains."""
        self.send("STOPPING=1", "STATUS=finishing what has begun")


def _watchdog(environ: Mapping[str, str]) -> timedelta | None:
    """How long systemd waits for a sign of life, None where it does not."""
    usec, pid = environ.get("WATCHDOG_USEC", ""), environ.get("WATCHDOG_PID", "")
    if not usec.isdecimal() or int(usec) == 0 or (pid and pid != str(os.getpid())):
        return None
    return timedelta(microseconds=int(usec))


class Lifecycle:
    """A running service. Wait for `stopping`, then finish what has begun."""

    def __init__(self, notifier: Notifier) -> None:
        self.stopping = asyncio.Event()
        self.notifier = notifier

    async def watch(self, healthy: Callable[[], Awaitable[bool]]) -> None:
        """Give signs of life at half the watchdog's time while `healthy` says so, until cancelled.

        Run it as a task on the loop it vouches for; `healthy` asks the database and must not take that long itself.
        Returns at once where no watchdog is set.
        """
        if self.notifier.watchdog is None:
            return
        pause = self.notifier.watchdog.total_seconds() / 2
        while True:
            if await _within(pause, healthy):
                self.notifier.send("WATCHDOG=1")
            await asyncio.sleep(pause)


async def _within(seconds: float, healthy: Callable[[], Awaitable[bool]]) -> bool:
    try:
        async with asyncio.timeout(seconds):
            return await healthy()
    except TimeoutError:
        log.warning("the database takes too long to answer", seconds=seconds)
        return False


@asynccontextmanager
async def lifecycle(
    environ: Mapping[str, str] = os.environ, *, grace: timedelta = GRACE, last: timedelta = _LAST
) -> AsyncIterator[Lifecycle]:
    """Listen for signals while the body runs.

    The body that has not ended `grace` after the first signal is cancelled, and its cancellation ends here; a process
    that still lives at `last` ends with status 0, since all that it had begun is resumable.
    """
    life, owner, loop = Lifecycle(Notifier(environ)), _current(), asyncio.get_running_loop()
    late: list[asyncio.TimerHandle] = []

    def stop(number: signal.Signals) -> None:
        if life.stopping.is_set():
            if number is signal.SIGINT:
                os._exit(130)
            return
        life.stopping.set()
        life.notifier.stopping()
        late.append(loop.call_later(grace.total_seconds(), owner.cancel))
        _end_at(last)

    for each in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(each, stop, each)
    try:
        yield life
    except asyncio.CancelledError:
        if not life.stopping.is_set():
            raise
        owner.uncancel()
    finally:
        for handle in late:
            handle.cancel()
        for each in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(each)


def _current() -> asyncio.Task[object]:
    task = asyncio.current_task()
    if task is None:
        raise RuntimeError("a lifecycle belongs to a task")
    return task


def _end_at(last: timedelta) -> None:
    timer = threading.Timer(last.total_seconds(), os._exit, (0,))
    timer.daemon = True
    timer.start()
