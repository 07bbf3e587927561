"""A homeserver that answers nonsense for a minute is not flooded, and the bot is back soon after it.

The minute is a real one, since the number of questions in it is what is promised; the three kinds go on at once.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.end_to_end.on_matrix import MatrixTown, matrix_town
from tests.end_to_end.town import Item
from tests.servers.matrix.process import serving_proxy
from tests.servers.matrix.synapse import Synapse
from tests.servers.matrix.weather import Fault, Passed

MINUTE = 60.0
MOST = 20  # requests in it
BACK_WITHIN = 10.0  # seconds
LOG_IN = "tribune matrix login"


@dataclass(frozen=True, kw_only=True)
class Outage:
    """What a bot went through: the calls of the minute, and those after it; what its log said from its start on."""

    during: Sequence[Passed]
    until: float  # Unix time in seconds
    after: Sequence[Passed]
    log: Sequence[str]

    @property
    def back_after(self) -> float:
        """Seconds until the homeserver was heard again."""
        return next(each.at for each in self.after if each.path.endswith("/sync") and each.status == 200) - self.until

    @property
    def posts_after(self) -> float:
        """Seconds until something was posted again."""
        sent = (each for each in self.after if "/send/m.room.message/" in each.path and each.status == 200)
        return next(each.at for each in sent) - self.until

    def said(self, text: str) -> int:
        """How many lines of the log have something."""
        return sum(text in each for each in self.log)


async def test_a_minute_of_nonsense(synapse: Synapse, tmp_path: Path) -> None:
    failed, garbled, refused = await asyncio.gather(
        gone_through(synapse, tmp_path / "failed", Fault(kind="fail", status=500)),
        gone_through(synapse, tmp_path / "garbled", Fault(kind="garbage")),
        gone_through(synapse, tmp_path / "refused", Fault(kind="token")),
    )
    for outage in (failed, garbled, refused):
        assert 1 <= len(outage.during) <= MOST, outage.during
        assert outage.said("Traceback") == 0
    for outage in (failed, garbled):
        assert outage.back_after <= BACK_WITHIN
        assert outage.posts_after <= BACK_WITHIN
        assert outage.said("Matrix cannot be heard") == 1
        assert outage.said("answers again") == 1
    assert refused.said(LOG_IN) == 1
    assert refused.after == []


async def gone_through(synapse: Synapse, folder: Path, fault: Fault) -> Outage:
    """A bot that is at work, with something to post and to hear while nothing comes through."""
    folder.mkdir()
    async with (
        serving_proxy(synapse.address) as proxy,
        matrix_town(folder, synapse, version="12", encrypted=False) as town,
    ):
        town.config.write_text(town.config.read_text().replace(synapse.address, proxy.address))
        post = await at_work(town)
        proxy.weather.faults.append(fault)
        began = len(proxy.weather.log)
        await town.people["Ann"].write(town.news, "Said meanwhile", thread=post)
        town.publish(Item(number=1, title="A bridge"), Item(number=2, title="A tunnel"))
        await town.poll()
        await asyncio.sleep(MINUTE)
        ended, until = len(proxy.weather.log), time.time()
        proxy.weather.faults.clear()
        if fault.kind != "token":
            await town.until("what was said meanwhile is heard", lambda: hears(town, "Said meanwhile"))
            await town.until("what was to be posted is posted", lambda: has_posted(town, 2))
        assert (await town.api("/api/articles"))["items"]  # the page has lived on
        log = list(town.running.errors)
        assert await town.running.stop() == 0
        calls = proxy.weather.log
        return Outage(during=calls[began:ended], until=until, after=calls[ended:], log=log)


async def at_work(town: MatrixTown) -> str:
    """Start the bot and see it post and hear; returns the post."""
    await town.joins("Ann")
    town.publish(Item(number=1, title="A bridge"))
    await town.start()
    await town.until("the article is posted", lambda: has_posted(town, 1))
    (post,) = await town.posts()
    await town.people["Ann"].write(town.news, "Said before", thread=post.event)
    await town.until("what is said is heard", lambda: hears(town, "Said before"))
    return post.event


async def has_posted(town: MatrixTown, count: int) -> bool:
    return len(await town.posts()) == count


async def hears(town: MatrixTown, text: str) -> bool:
    return any(text in html for (html,) in town.rows("SELECT html FROM comments"))
