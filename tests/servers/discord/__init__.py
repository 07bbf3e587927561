"""A loopback Discord of the tests: REST API v10 and gateway, enough for discord.py to run against it unmodified.

    python -m tests.servers.discord --port 0 --seed 7

`running_discord()` starts it as a process of its own, `serving_discord()` in this one; both give a `Discord`, with
which a test creates guilds, acts as people, and changes the weather. Everything is in memory.
"""
