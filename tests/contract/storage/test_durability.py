"""What was said to be stored is there after the process is killed."""

from __future__ import annotations

import asyncio
import signal
import sys

from storage.store import open_store

# Writes numbers for ever and says each one once it is stored.
_WRITER = """
import asyncio, sys
from storage.store import open_store

async def main():
    store = await open_store(sys.argv[1])
    async def put(n):
        await store.write(lambda tx: tx.settings.put(f"k{n}", "x"))
        print(n, flush=True)
    for start in range(0, 10**9, 5):
        await asyncio.gather(*(put(n) for n in range(start, start + 5)))

asyncio.run(main())
"""


async def test_what_was_stored_outlives_a_kill(database_url: str) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _WRITER, database_url, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    said = [int(await process.stdout.readline()) for _ in range(60)]
    process.send_signal(signal.SIGKILL)
    said += [int(line) for line in (await process.stdout.read()).split(b"\n")[:-1]]
    await process.wait()

    store = await open_store(database_url)
    async with store.read() as tx:
        lost = [n for n in said if await tx.settings.get(f"k{n}") is None]
    await store.close()
    assert lost == []
