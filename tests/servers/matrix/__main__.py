"""`python -m tests.servers.matrix HOMESERVER`: the faulty proxy; prints its port and serves until its standard input
ends."""

from __future__ import annotations

import argparse
import asyncio
import sys
from random import Random

from tests.servers.matrix.process import listening
from tests.servers.matrix.weather import Weather


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="proxy", description="A proxy of the tests that loses answers.")
    parser.add_argument("homeserver")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


async def _serve(asked: argparse.Namespace) -> None:
    weather = Weather(random=Random(asked.seed))
    async with listening(asked.homeserver, weather, port=asked.port) as port:
        print(port, flush=True)
        await asyncio.to_thread(sys.stdin.read)  # a parent that dies takes it along


if __name__ == "__main__":
    asyncio.run(_serve(_arguments()))
