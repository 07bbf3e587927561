"""Two like discussions beside each other, and what reactions leave in the tables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from bot.aftermath import Following
from bot.discussion import Discussion, DiscussionSettings
from bot.domain.events import Posted, Reacted, Unreacted, Who
from bot.domain.model import Ref
from bot.ports.stores import Tx
from bot.signals import Noticeboard
from storage.schema.people import accounts, recounts
from storage.schema.places import discussions
from storage.schema.talk import comments, reactions, votes
from tests.contract.storage.world import NOW, World, later
from tests.servers.clock import SetClock

EMOJI = ("👍", "👎", "🎉")
NOWHERE = Ref("")


@dataclass
class Side:
    """A discussion with a comment of ann's and one of ben's; all its references end alike."""

    world: World
    discussion: Discussion
    number: int
    discussion_id: int = 0
    post: Ref = NOWHERE
    thread: Ref = NOWHERE

    def ref(self, name: str) -> Ref:
        return self.post if name == "post" else Ref(f"web:{name}/{self.number}")

    def who(self, name: str, shown: str | None = None) -> Who:
        return Who(ref=Ref(f"web:account/{name}/{self.number}"), name=shown or name, bot=name == "robot")

    def reacted(self, name: str, emoji: str, message: str, at: int | None, shown: str | None = None) -> Reacted:
        return Reacted(
            reaction=self.ref(f"reaction/{name}/{emoji}/{message}"),
            message=self.ref(message),
            who=self.who(name, shown),
            emoji=emoji,
            at=None if at is None else later(at),
        )

    def unreacted(self, name: str, emoji: str, message: str, at: int) -> Unreacted:
        return Unreacted(reaction=self.ref(f"reaction/{name}/{emoji}/{message}"), at=later(at))

    async def open(self) -> None:
        post = await self.world.post()
        assert post.ref is not None
        assert post.thread is not None
        self.post, self.thread, self.discussion_id = post.ref, post.thread, post.discussion_id
        for name in ("ann", "ben"):
            await self.discussion.take(
                Posted(message=self.ref(f"{name}1"), thread=post.thread, who=self.who(name), html="<p>So.</p>", at=NOW)
            )
        await self.world.write(self._sanction)

    async def _sanction(self, tx: Tx) -> None:
        for name, muted, banned, void in (
            ("muted", later(3600), None, False),
            ("banned", None, NOW, False),
            ("void", None, None, True),
        ):
            who = self.who(name)
            account = await tx.members.seen("web", who.ref, who.name, bot=False, now=NOW)
            await tx.standings.sanction(
                self.world.community, account.member_id, muted_until=muted, banned_at=banned, votes_void=void
            )

    async def state(self) -> dict[str, Any]:
        """All that reactions leave in the tables, by names that are alike on both sides."""
        store = self.world.store
        ends = f"/{self.number}"
        kept = [(comments, "ref"), (accounts, "ref"), (reactions, "ref")]
        async with store.read() as tx:
            talk, people, facts = [
                [row for row in await tx.sql.all(select(table)) if row.ref.endswith(ends)] for table, _ in kept
            ]
            cast = await tx.sql.all(select(votes))
            place = await tx.sql.first(select(discussions).where(discussions.c.id == self.discussion_id))
            stale = {row.member_id for row in await tx.sql.all(select(recounts))}
        assert place is not None
        names = {row.id: row.ref.removesuffix(ends) for row in people}
        members = {row.member_id: names[row.id] for row in people}
        subjects = {("comment", row.id): row.ref.removesuffix(ends) for row in talk}
        subjects["article", self.discussion_id] = "post"
        return {
            "people": sorted((names[row.id], row.name, row.bot) for row in people),
            "reactions": sorted(
                (
                    row.ref.removesuffix(ends), subjects[row.subject_kind, row.subject_id], names[row.account_id],
                    row.emoji, row.at or NOW, row.at is None, row.seen_at, row.counted,
                    row.removed_at or NOW, row.removed_at is None,
                )
                for row in facts
            ),
            "votes": sorted(
                (subjects[row.subject_kind, row.subject_id], members[row.member_id], row.vote, row.at, row.void)
                for row in cast
                if (row.subject_kind, row.subject_id) in subjects
            ),
            "totals": sorted((subjects["comment", row.id], row.up, row.down, row.score) for row in talk),
            "article": (place.up, place.down, place.comments, place.hot),
            "stale": sorted(members[member] for member in stale if member in members),
        }  # fmt: skip


def following(number: Callable[[], str]) -> Following:
    return Following(new_key=number, reads_store=lambda ref: True, refresh_every=timedelta(minutes=1))


def taking(world: World, clock: SetClock | None = None, signals: Noticeboard | None = None) -> Discussion:
    return Discussion(
        store=world.store,
        following=following(lambda: f"key{next(world.numbers)}"),
        signals=signals or Noticeboard(),
        clock=clock or SetClock(NOW),
        settings=DiscussionSettings(),
        on_orders=lambda: None,
    )


async def side(world: World, **changes: Any) -> Side:
    made = Side(world=world, discussion=taking(world, **changes), number=next(world.numbers))
    await made.open()
    return made
