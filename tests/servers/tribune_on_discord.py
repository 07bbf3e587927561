"""`python -m tests.servers.tribune_on_discord …`: `tribune …` on the loopback Discord that the environment names."""

from __future__ import annotations

from tests.servers.discord.pointing import point_by_environment

if __name__ == "__main__":
    point_by_environment()
    from bot.__main__ import main

    main(prog_name="tribune")
