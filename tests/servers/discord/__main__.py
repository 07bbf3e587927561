"""`python -m tests.servers.discord`: prints its port on a line and serves until its standard input ends."""

from __future__ import annotations

import argparse
import asyncio
import sys

from tests.servers.discord.process import listening


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="discord", description="A loopback Discord of the tests.")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


async def _serve(asked: argparse.Namespace) -> None:
    async with listening(seed=asked.seed, port=asked.port) as port:
        print(port, flush=True)
        await asyncio.to_thread(sys.stdin.read)  # a parent that dies takes it along


if __name__ == "__main__":
    asyncio.run(_serve(_arguments()))
