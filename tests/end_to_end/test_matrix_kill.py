"""Killed over and over, behind a proxy that loses a tenth of the answers, Tribune posts each article once in each room,
with one thread; and who was in the encrypted room can read everything there."""

from __future__ import annotations

import json
import os
import re
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from random import Random, SystemRandom
from typing import Any

import pytest

from tests.end_to_end.killing import Mortal
from tests.end_to_end.test_kill import feeds, say, title
from tests.servers.matrix.people import Person, crowd
from tests.servers.matrix.process import ProxyProcess, running_proxy
from tests.servers.matrix.rooms import Raw, Written
from tests.servers.matrix.synapse import Registered, Synapse
from tests.servers.matrix.weather import Fault
from tests.servers.tribune_on_matrix import SETTLES_AFTER, environment, write_config

FEEDS, ARTICLES_EACH = 2, 50
ARTICLES = FEEDS * ARTICLES_EACH
ROOMS = (("11", False), ("12", False), ("12", True))  # versions, and whether they are encrypted
POSTS = ARTICLES * len(ROOMS)
KILLS = 50
SHORTEST_LIFE, LONGEST_LIFE = (0.1, 3.0), 8.0  # seconds; it starts for one or two
SEEDS = {"👍", "👎"}


@pytest.mark.timeout(900)
async def test_every_article_is_on_matrix_exactly_once_however_often_tribune_is_killed(
    synapse: Synapse, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with capfd.disabled():  # the seed must be seen also where a run is cut short
        await kill_all_the_time(synapse, tmp_path)


async def kill_all_the_time(synapse: Synapse, folder: Path) -> None:
    seed = int(os.environ.get("TRIBUNE_CHAOS_SEED") or SystemRandom().randrange(10**6))
    say(f"the seed of the random moments is {seed} (TRIBUNE_CHAOS_SEED={seed} repeats them)")
    bot = synapse.register("Tribune")
    async with (
        feeds(FEEDS, ARTICLES_EACH) as addresses,
        running_proxy(synapse.address, seed=seed) as proxy,
        crowd(synapse) as people,
    ):
        reader, sleeper = await people.comes("reader", encrypts=True), await people.comes("sleeper", encrypts=True)
        scene = Scene(reader, sleeper, bot, proxy, await rooms_for(reader, sleeper, bot))
        # a lost answer is asked for once more unseen; one that is cut midway is not
        await proxy.faults(Fault(kind="cut", share=0.03), Fault(kind="lose", share=0.07))
        mortal = Mortal(
            arguments=("-m", "tests.servers.tribune_on_matrix", str(configured(folder, scene, addresses))),
            log=folder / "log",
            environ={**environment(bot), SETTLES_AFTER: "0.5"},
        )
        try:
            await killed_and_started_again(mortal, scene, Random(seed))
            await until_all_is_said(mortal, scene)
            assert await mortal.stop() == 0
            await assert_once(scene)
        except BaseException:
            say(mortal.log.read_text(encoding="utf-8", errors="replace")[-6_000:])
            raise
        finally:
            await mortal.kill()


class Scene:
    """The rooms, the bot, and two who are in them: a reader, and a sleeper whose client is off until the end."""

    def __init__(
        self, reader: Person, sleeper: Person, bot: Registered, proxy: ProxyProcess, rooms: Sequence[str]
    ) -> None:
        self.reader = reader
        self.sleeper = sleeper
        self.bot = bot
        self.proxy = proxy
        self.rooms = rooms

        self._found: Counter[str] = Counter()
        self._after: dict[str, str] = {}

    async def posts(self) -> int:
        """How many posts there are."""
        return (await self.count())["posts"]

    async def count(self) -> Counter[str]:
        """How many "posts", "words" in threads and "votes" of the bot's there are, whatever they say."""
        for room in self.rooms:
            after = self._after.get(room)
            page = await self._page(room, {"dir": "f", **({"from": after} if after is not None else {})})
            self._after[room] = page.get("end") or after or ""
            self._found.update(filter(None, map(self._kind, page["chunk"])))
        return self._found

    def _kind(self, event: Raw) -> str | None:
        relation = event["content"].get("m.relates_to", {}).get("rel_type", "")
        kinds = {"": "posts", "m.thread": "words", "m.annotation": "votes"}
        return kinds.get(relation) if event["sender"] == self.bot.user else None

    async def events(self, room: str) -> list[Raw]:
        """The bot's messages and reactions in a room as the homeserver has them, not decrypted, the newest first."""
        page: list[Raw] = (await self._page(room, {"dir": "b"}))["chunk"]
        assert len(page) < 1000, "a page is not enough"
        return [each for each in page if each["sender"] == self.bot.user]

    async def _page(self, room: str, query: Mapping[str, str]) -> dict[str, Any]:
        kinds = json.dumps({"types": ["m.room.message", "m.room.encrypted", "m.reaction"]})
        asked: dict[str, str | int] = {**query, "limit": 1000, "filter": kinds}
        return await self.reader.ask("GET", "rooms", room, "messages", query=asked)


async def rooms_for(reader: Person, sleeper: Person, bot: Registered) -> list[str]:
    """Rooms that both are in and the bot is invited to, before anything is posted."""
    made = []
    for version, encrypted in ROOMS:
        room = await reader.room("News", version=version, encrypted=encrypted, invite=[sleeper.user, bot.user])
        await reader.grant(room, bot.user, 50)
        await sleeper.join(room)
        made.append(room)
    return made


def configured(folder: Path, scene: Scene, addresses: Sequence[str]) -> Path:
    channels = {f"c{number}": room for number, room in enumerate(scene.rooms)}
    return write_config(
        folder,
        scene.proxy.address,
        scene.bot,
        channels=channels,
        feeds={address: [*channels] for address in addresses},
        servers=scene.rooms,
        page=False,
        backlog=ARTICLES_EACH,
        more="[delivery]\nbacklog_limit = 10000\n",
    )


async def killed_and_started_again(mortal: Mortal, scene: Scene, random: Random) -> None:
    """Kills count from the first post on; the last one falls before the last post."""
    began = time.monotonic()
    await mortal.start()
    while not await scene.posts():
        assert await mortal.live(0.1), "Tribune ended before its first post"
    killed = 0
    while killed < KILLS:
        await its_life(mortal, scene, random, until=POSTS * killed // (KILLS + 10))
        before = mortal.kills
        await mortal.kill()
        done = await scene.posts()
        assert done < POSTS, f"all was posted before kill {killed + 1}: too quick for this test"
        killed += mortal.kills - before
        await scene.reader.sync()
        await mortal.start()
    say(f"{killed} kills between the first and the last post, in {time.monotonic() - began:.0f} s, {done} posts so far")


async def its_life(mortal: Mortal, scene: Scene, random: Random, *, until: int) -> None:
    """Until so many posts are there, so that the kills are spread over the whole of the work, and a moment more."""
    end = time.monotonic() + LONGEST_LIFE
    await mortal.live(random.uniform(*SHORTEST_LIFE))
    while await scene.posts() < until and time.monotonic() < end:
        await mortal.live(random.uniform(0, 0.3))


async def until_all_is_said(mortal: Mortal, scene: Scene) -> None:
    """Until nothing is missing and nothing is written any more; who comes too soon after a dead one tries again."""
    wanted = Counter(posts=POSTS, words=POSTS, votes=POSTS * len(SEEDS))
    quiet_since, writes = time.monotonic(), -1
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline:
        if not await mortal.live(0.5):
            await mortal.start()
        if (now := sum(each["method"] == "PUT" for each in (await scene.proxy.log())["calls"])) != writes:
            quiet_since, writes = time.monotonic(), now
        if await scene.count() >= wanted and time.monotonic() - quiet_since > 3:
            return
    pytest.fail(f"after 5 minutes: {await scene.count()} of {wanted}")


async def assert_once(scene: Scene) -> None:
    """Each article once in each room, with one thread, one first message, one ▲ and one ▼ to press; all of it can be
    read by those who were there, and by nobody else where the room is encrypted."""
    log = await scene.proxy.log()
    lost = sum(log["struck"].values())
    say(f"of {len(log['calls'])} calls {lost} went unanswered")
    assert lost >= len(log["calls"]) * 0.05
    for (_, encrypted), room in zip(ROOMS, scene.rooms, strict=True):
        raw = await scene.events(room)
        wire = {each["type"] for each in raw if each["type"] != "m.reaction"}
        assert wire == {"m.room.encrypted" if encrypted else "m.room.message"}
        assert Counter(each["type"] for each in raw)["m.reaction"] == ARTICLES * len(SEEDS)
        for person in (scene.reader, scene.sleeper):
            assert_all_is_there([each for each in await person.read(room) if each.sender == scene.bot.user], scene.bot)


def assert_all_is_there(messages: Sequence[Written], bot: Registered) -> None:
    assert [each.event for each in messages if not each.readable] == []
    assert [each.event for each in messages if each.redacted] == [], "nothing was there twice"
    posts = [each for each in messages if each.thread is None]
    expected = [title(f, n) for f in range(FEEDS) for n in range(ARTICLES_EACH)]
    assert Counter(titled(each) for each in posts) == Counter(expected)
    threads = Counter(each.thread for each in messages if each.thread is not None)
    assert threads == Counter(each.event for each in posts), "each post has its first message, and there is no other"
    votes = {emoji: {bot.user} for emoji in SEEDS}
    assert all({emoji: set(users) for emoji, users in each.reactions.items()} == votes for each in posts)


def titled(post: Written) -> str:
    found = re.search(r"Story \d+ of paper \d+", post.body)
    return found[0] if found is not None else post.body
