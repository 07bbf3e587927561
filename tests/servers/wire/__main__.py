"""`python -m tests.servers.wire`: prints its port on a line and serves until its standard input ends."""

from __future__ import annotations

import argparse
import asyncio
import sys
from random import Random

from aiohttp import web

from tests.servers.wire.room import Room
from tests.servers.wire.server import make_app
from tests.servers.wire.weather import Weather


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="wire", description="A chat network of the tests.")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--lose", type=float, default=0.0)
    parser.add_argument("--late", type=float, default=0.0)
    parser.add_argument("--slow", type=float, default=0.0)
    parser.add_argument("--channels", default="one")
    return parser.parse_args()


async def _serve(asked: argparse.Namespace) -> None:
    weather = Weather(Random(asked.seed), lose=asked.lose, late=asked.late, slow=asked.slow)
    runner = web.AppRunner(make_app(Room(asked.channels.split(",")), weather), access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", asked.port)
    await site.start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.to_thread(sys.stdin.read)  # a parent that dies takes it along
    await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(_serve(_arguments()))
