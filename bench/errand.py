"""What has to be delivered on Discord, to whom, and whether it was."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random

from bot.domain.model import Content
from tests.servers.discord.client import Discord, Json

HANDS = 32  # channels that are delivered to at once, as Tribune's courier does
SEEDS = ("👍", "👎")
CALLS = 5  # for a delivery: article, thread, invitation, two votes
_SAID = 0  # the type of a message that says something; a thread begins with one that stands for its post
DATED = datetime(2026, 3, 2, 8, tzinfo=UTC)
SOURCE = "The Evening Paper"
_WORDS = "a of river bridge council letter evening paper garden station question answer winter market street".split()


@dataclass(frozen=True, kw_only=True, slots=True)
class Errand:
    """To each of the channels `each` articles; the database, if there is one, goes into `folder`. `limits`: Discord
    has limits, which are to be kept."""

    channels: Sequence[int]
    each: int
    folder: str
    limits: bool

    @property
    def deliveries(self) -> int:
        """In all channels."""
        return len(self.channels) * self.each

    def articles(self, channel: int) -> Iterator[Content]:
        """Those of a channel; nobody else has them."""
        random = Random(channel)
        for number in range(self.each):
            link = f"https://news.example/{channel}/{number}"
            image = f"https://news.example/{channel}/{number}.jpg"
            words = " ".join(random.choices(_WORDS, k=60))
            title = " ".join(random.choices(_WORDS, k=8))
            yield Content(title=title, link=link, author="Ines Holt", published=DATED, lead=words, image=image)


def check(dump: Json, errand: Errand) -> None:
    """A figure is worth nothing where the work was not done. Raises RuntimeError."""
    there = {each["id"]: each for each in dump["channels"]}
    threads = [each for each in there.values() if each["thread"]]
    posts = [message for number in errand.channels for message in there[number]["messages"]]
    said = [sum(message["type"] == _SAID for message in each["messages"]) for each in threads]
    seeded = sum(_emoji(each) == set(SEEDS) for each in posts)
    found = (len(posts), len(threads), sum(said), seeded)
    if found != (errand.deliveries,) * 4 or set(said) != {1}:
        raise RuntimeError(f"of {errand.deliveries} deliveries there are {found} posts, threads, invitations, seeded")


def _emoji(message: Json) -> set[str]:
    return set(message["reactions"])


def calls(dump: Json) -> int:
    """How often Discord was asked to write something in a channel."""
    return sum(each["method"] != "GET" and each["path"].startswith("/channels/") for each in dump["requests"])


async def town(discord: Discord, channels: int, *, limits: bool) -> list[int]:
    """A server with channels; what the requests look like is not looked at, for that takes longer than they do."""
    await discord.settings(limits=limits, judges=False)
    guild = await discord.guild()
    return [await discord.channel(guild, f"news-{number}") for number in range(channels)]
