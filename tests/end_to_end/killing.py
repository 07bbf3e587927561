"""Tribune in a process that is killed at random moments and started again at once."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Mortal:
    """Starts one Tribune after another. `arguments` are Python's, `environ` comes on top of this process's own.
    `kills` are those by kill -9, `falls` what ended by itself."""

    arguments: Sequence[str]
    log: Path
    environ: Mapping[str, str] = field(default_factory=dict)
    kills: int = 0
    falls: list[int] = field(default_factory=list)
    process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start it (again), its output appended to the log."""
        with self.log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable,
                *self.arguments,
                cwd=ROOT,
                env={**os.environ, **self.environ},
                stdout=log,
                stderr=log,
            )

    async def live(self, seconds: float) -> bool:
        """Let it run for so long; False where it ended by itself before."""
        assert self.process is not None
        try:
            async with asyncio.timeout(seconds):
                self.falls.append(await self.process.wait())
        except TimeoutError:
            return True
        return False

    async def kill(self) -> None:
        """kill -9."""
        assert self.process is not None
        if self.process.returncode is None:
            self.process.kill()
            self.kills += 1
        await self.process.wait()

    async def stop(self) -> int:
        """SIGTERM, and the exit status."""
        assert self.process is not None
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(15):
            return await self.process.wait()


@dataclass(frozen=True, kw_only=True)
class Pace:
    """How long a life lasts, so that `kills` of them are spread over the whole of the work."""

    random: Random
    kills: int
    shortest: float
    longest: float

    def life(self, *, killed: int, done: float) -> float:
        """Seconds until the next kill: fewer where the share of the work that is `done` is ahead of the kills.

        Far ahead, as on a quick machine, it hardly lives to see its first call.
        """
        ahead = done - killed / self.kills
        middle = (self.shortest + self.longest) / 2
        if ahead > 0.04:
            return self.random.uniform(0, self.shortest)
        return self.random.uniform(*((self.shortest, middle) if ahead > 0 else (middle, self.longest)))
