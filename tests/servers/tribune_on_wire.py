"""`python -m tests.servers.tribune_on_wire CONFIG ADDRESS`: Tribune with Wire as one more network."""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path

import uvloop

from bot import app
from bot.config import load
from bot.logs import set_up_logs
from tests.servers.wire_network import WireNetwork

SETTLES_AFTER = timedelta(seconds=0.5)


async def _run(config: Path, address: str) -> None:
    await app.run(
        load(config),
        announce=lambda line: print(line, flush=True),
        extra_networks=[lambda parts: WireNetwork(address, settles_after=SETTLES_AFTER)],
    )


if __name__ == "__main__":
    set_up_logs(form="logfmt")
    uvloop.run(_run(Path(sys.argv[1]), sys.argv[2]))
