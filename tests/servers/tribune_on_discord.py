"""`python -m tests.servers.tribune_on_discord CONFIG`: Tribune as people start it, on the loopback Discord that the
environment names."""

from __future__ import annotations

import sys

from bot.__main__ import main
from tests.servers.discord.pointing import point_by_environment

if __name__ == "__main__":
    point_by_environment()
    main(["--config", sys.argv[1], "run"], prog_name="tribune")
