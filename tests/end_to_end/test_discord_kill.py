"""Killed over and over, on a Discord that loses a tenth of its answers and forgets nonces, Tribune posts each article
once in each channel, with one thread."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from random import Random, SystemRandom
from typing import Any

import pytest

from tests.end_to_end.killing import Mortal, Pace
from tests.end_to_end.test_kill import feeds, say, title
from tests.servers.discord.client import Discord
from tests.servers.discord.pointing import environment
from tests.servers.discord.process import running_discord
from tests.servers.tribune_on_discord import SETTLES_AFTER

FEEDS, ARTICLES_EACH = 2, 50
ARTICLES = FEEDS * ARTICLES_EACH
CHANNELS = 3  # two of text, and a forum
POSTS = ARTICLES * CHANNELS
KILLS = 50
SEEDS = {"👍", "👎"}

Dump = dict[str, Any]


@pytest.mark.timeout(900)
async def test_every_article_is_on_discord_exactly_once_however_often_tribune_is_killed(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with capfd.disabled():  # the seed must be seen also where a run is cut short
        await kill_all_the_time(tmp_path)


async def kill_all_the_time(tmp_path: Path) -> None:
    seed = int(os.environ.get("TRIBUNE_CHAOS_SEED") or SystemRandom().randrange(10**6))
    say(f"the seed of the random moments is {seed} (TRIBUNE_CHAOS_SEED={seed} repeats them)")
    async with feeds(FEEDS, ARTICLES_EACH) as addresses, running_discord(seed=seed) as discord:
        guild = await discord.guild()
        channels = [await discord.channel(guild, "one"), await discord.channel(guild, "two")]
        channels.append(await discord.forum(guild, "three"))
        await discord.settings(active_threads=10_000)
        await discord.weather(lose=0.1, late=0.05, slow=0.02)
        config = write_config(tmp_path, guild, channels, addresses)
        mortal = Mortal(
            arguments=("-m", "tests.servers.tribune_on_discord", str(config)),
            log=tmp_path / "log",
            environ={**environment(discord.address), "DISCORD_TOKEN": "loopback", SETTLES_AFTER: "0.5"},
        )
        try:
            await killed_and_started_again(mortal, discord, channels, Random(seed))
            await until_all_is_said(mortal, discord, channels)
            assert await mortal.stop() == 0
        except BaseException:
            say(mortal.log.read_text(encoding="utf-8", errors="replace")[-6_000:])
            raise
        finally:
            await mortal.kill()
        assert_once(await discord.dump(), channels)


async def killed_and_started_again(mortal: Mortal, discord: Discord, channels: Sequence[int], random: Random) -> None:
    """Kills count from the first post on; the last one falls before the last post. Every second time the nonces are
    forgotten meanwhile."""
    began = time.monotonic()
    pace = Pace(random=random, kills=KILLS + 10, shortest=1.5, longest=5.0)
    await mortal.start()
    while not posts(await discord.dump(), channels):
        assert await mortal.live(0.05), "Tribune ended before its first post"
    killed = 0
    while killed < KILLS:
        await mortal.live(pace.life(killed=killed, done=len(posts(await discord.dump(), channels)) / POSTS))
        before = mortal.kills
        await mortal.kill()
        done = len(posts(await discord.dump(), channels))
        assert done < POSTS, f"all was posted before kill {killed + 1}: too quick for this test"
        killed += mortal.kills - before
        if killed % 2:
            await discord.forget_nonces()
        await mortal.start()
    say(f"{killed} kills between the first and the last post, in {time.monotonic() - began:.0f} s, {done} posts so far")


async def until_all_is_said(mortal: Mortal, discord: Discord, channels: Sequence[int]) -> None:
    """Until nothing is missing and nothing is written any more; who comes too soon after a dead one tries again."""
    quiet_since, writes = time.monotonic(), -1
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline:
        if not await mortal.live(0.5):
            await mortal.start()
        dump = await discord.dump()
        if (now := sum(each["method"] != "GET" for each in dump["requests"])) != writes:
            quiet_since, writes = time.monotonic(), now
        if complete(dump, channels) and time.monotonic() - quiet_since > 3:
            return
    there = posts(dump, channels)
    pytest.fail(f"after 5 minutes: {len(there)} posts, {sum(map(seeded, there))} of them seeded")


def assert_once(dump: Dump, channels: Sequence[int]) -> None:
    """Each article once in each channel, with one thread, one first message, one ▲ and one ▼ to press."""
    say(f"of {len(dump['requests'])} calls {dump['struck'].get('lose', 0)} went unanswered")
    there = posts(dump, channels)
    expected = [(channel, title(f, n)) for channel in channels for f in range(FEEDS) for n in range(ARTICLES_EACH)]
    assert Counter((each["place"], each["embeds"][0]["title"]) for each in there) == Counter(expected)
    threads = {each["id"]: each for each in dump["channels"] if each["thread"]}
    assert set(threads) == {each["id"] for each in there}, "each post has its thread, and there is no other"
    assert all(len(invitations(thread)) == 1 for thread in threads.values())
    assert all(map(seeded, there))
    assert dump["struck"]["lose"] >= len(dump["requests"]) * 0.03
    assert dump["faults"] == []


def complete(dump: Dump, channels: Sequence[int]) -> bool:
    there = posts(dump, channels)
    threads = [each for each in dump["channels"] if each["thread"]]
    said = sum(bool(invitations(each)) for each in threads)
    return len(there) >= POSTS and said >= POSTS and all(map(seeded, there))


def posts(dump: Dump, channels: Sequence[int]) -> list[Dump]:
    """The messages that show articles, each with the channel it was posted in as its `place`."""
    found = []
    for each in dump["channels"]:
        if each["id"] in channels:
            found += [message | {"place": each["id"]} for message in each["messages"] if message["embeds"]]
        elif each["thread"] and each["parent"] == channels[-1]:
            found += [
                message | {"place": each["parent"]} for message in each["messages"] if message["id"] == each["id"]
            ]
    return found


def invitations(thread: Dump) -> list[Dump]:
    return [each for each in thread["messages"] if each["id"] != thread["id"] and each["embeds"]]


def seeded(message: Dump) -> bool:
    return set(message["reactions"]) == SEEDS


def write_config(folder: Path, guild: int, channels: Sequence[int], addresses: Sequence[str]) -> Path:
    places = "".join(
        f'[[communities.channels]]\nslug = "c{each}"\nref = "discord:{each}"\nname = "c{each}"\n' for each in channels
    )
    subscribed = "".join(
        f'[[feeds]]\naddress = "{address}"\nchannels = {[f"c{each}" for each in channels]}\nbacklog = {ARTICLES_EACH}\n'
        for address in addresses
    )
    path = folder / "config.toml"
    path.write_text(
        f'[tribune]\ncontact = "test@example.org"\n[database]\nurl = "sqlite+aiosqlite:///{folder}/tribune.db"\n'
        f'[web]\nenabled = false\n[discord]\ntoken = {{ env = "DISCORD_TOKEN" }}\n'
        f'[polling]\nallowed_hosts = ["127.0.0.1"]\n[delivery]\nbacklog_limit = 10000\n'
        f'[[communities]]\nslug = "town"\nname = "Town"\nservers = ["discord:{guild}"]\n{places}{subscribed}',
        encoding="utf-8",
    )
    return path
