"""`python -m tests.servers.tribune_on_discord CONFIG`: Tribune as people start it, on the loopback Discord that the
environment names. What was sent has settled there after SETTLES_AFTER seconds of the environment, if it says so."""

from __future__ import annotations

import os
import sys
from datetime import timedelta

from adapters.discord import DiscordNetwork
from bot.__main__ import main
from tests.servers.discord.pointing import point_by_environment

SETTLES_AFTER = "TRIBUNE_TEST_SETTLES_AFTER"

if __name__ == "__main__":
    point_by_environment()
    if SETTLES_AFTER in os.environ:
        DiscordNetwork.settles_after = timedelta(seconds=float(os.environ[SETTLES_AFTER]))
    main(["--config", sys.argv[1], "run"], prog_name="tribune")
