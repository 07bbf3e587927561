"""A long day in one discussion: whatever happened, the caches are what the facts come to."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import select

from bot.aftermath import Aftermath
from bot.domain import ranking
from bot.domain.events import Cleared, Deleted, Event, Posted
from bot.domain.model import MemberId, Reaction, SubjectKind, Totals, Vote
from bot.domain.votes import Ballot, decide_vote
from bot.ports.stores import Tx
from storage.schema.people import accounts
from storage.schema.places import discussions
from storage.schema.talk import comments, reactions, votes
from storage.store import SqlStore
from tests.contract.storage.world import NOW, World, later
from tests.contract.talk import EMOJI, Side, following, side
from tests.servers.clock import SetClock


class Day:
    """Random events in one discussion, remembered only as far as it takes to name things."""

    def __init__(self, talk: Side, clock: SetClock, random: Random) -> None:
        self.talk, self.clock, self.random = talk, clock, random
        self.messages = ["post", "ann1", "ben1"]

    def event(self) -> Event:
        """Mostly reactions, as it is."""
        kind = self.random.choices(["react", "unreact", "post", "clear", "delete"], [70, 22, 5, 2, 1])[0]
        message, who, emoji = self.random.choice(self.messages), f"m{self.random.randrange(40)}", self._emoji()
        at = self.random.randrange(1000)
        match kind:
            case "react":
                return self.talk.reacted(who, emoji, message, at if at % 5 else None)
            case "unreact":
                return self.talk.unreacted(who, emoji, message, at)
            case "clear":
                return Cleared(message=self.talk.ref(message), emoji=self.random.choice([None, emoji]), at=later(at))
            case "delete" if message != "post":
                return Deleted(message=self.talk.ref(message), at=later(at))
        name = f"c{len(self.messages)}"
        self.messages.append(name)
        return Posted(
            message=self.talk.ref(name),
            thread=self.talk.thread,
            who=self.talk.who(who),
            html="<p>So.</p>",
            at=later(at),
        )

    def _emoji(self) -> str:
        return self.random.choice(EMOJI)

    async def sanction(self) -> None:
        """Mute, ban, void or pardon somebody, as moderators do."""
        who = self.talk.who(f"m{self.random.randrange(40)}")
        muted, banned, void = (self.random.random() < 0.3 for _ in range(3))
        now, community = self.clock.now(), self.talk.world.community

        async def work(tx: Tx) -> None:
            account = await tx.members.seen("web", who.ref, who.name, bot=False, now=now)
            await tx.standings.sanction(
                community,
                account.member_id,
                muted_until=now + timedelta(minutes=5) if muted else None,
                banned_at=now if banned else None,
                votes_void=void,
            )
            after = Aftermath(tx, following(lambda: f"key{next(self.talk.world.numbers)}"), now)
            for discussion_id in await tx.standings.void_votes(community, account.member_id, void=void, now=now):
                after.touch(community, discussion_id)
            await after.settle()

        await self.talk.world.write(work)


async def test_after_ten_thousand_random_events_the_caches_are_what_the_facts_come_to(world: World) -> None:
    clock, random = SetClock(NOW), Random(7)
    talk = await side(world, clock=clock)
    day, left = Day(talk, clock, random), 10_000
    while left > 0:
        events = [day.event() for _ in range(random.choice([1, 5, 40, 200]))]
        left -= len(events)
        if random.random() < 0.5:
            await talk.discussion.take_many(events)
        else:
            await asyncio.gather(*(talk.discussion.take(each) for each in events))
        clock.time += timedelta(seconds=random.randrange(90))
        if random.random() < 0.3:
            await day.sanction()
    await _caches_are_right(world.store, talk.discussion_id)


async def _caches_are_right(store: SqlStore, discussion_id: int) -> None:
    async with store.read() as tx:
        people = {row.id: row for row in await tx.sql.all(select(accounts))}
        facts = await tx.sql.all(select(reactions))
        talk = await tx.sql.all(select(comments).where(comments.c.discussion_id == discussion_id))
        cast = await tx.sql.all(select(votes))
        place = await tx.sql.first(select(discussions).where(discussions.c.id == discussion_id))
        lively = await tx.discussions.liveliness(place.id)  # type: ignore[union-attr]
    assert place is not None
    authors: dict[tuple[SubjectKind, int], MemberId | None] = {
        (SubjectKind.COMMENT, row.id): people[row.account_id].member_id for row in talk
    }
    authors[SubjectKind.ARTICLE, discussion_id] = None
    given_: dict[tuple[SubjectKind, int, MemberId], list[Reaction]] = {}
    for row in facts:
        who = people[row.account_id]
        given_.setdefault((row.subject_kind, row.subject_id, who.member_id), []).append(
            Reaction(
                ref=row.ref,
                account_id=row.account_id,
                member_id=who.member_id,
                bot=who.bot,
                emoji=row.emoji,
                at=row.at,
                seen_at=row.seen_at,
                counted=row.counted,
                removed_at=row.removed_at,
            )
        )
    decided = {key: decide_vote(each, author=authors[key[0], key[1]], ballot=Ballot()) for key, each in given_.items()}
    stored = {(row.subject_kind, row.subject_id, row.member_id): row for row in cast}
    assert {key: (row.vote, row.at) for key, row in stored.items()} == {
        key: (each.vote, each.at) for key, each in decided.items() if each is not None
    }
    assert len(stored) > 200
    totals = dict.fromkeys(authors, Totals())
    for (kind, number, _), row in stored.items():
        if not row.void:
            had, up = totals[kind, number], row.vote is Vote.UP
            totals[kind, number] = Totals(up=had.up + up, down=had.down + (not up))
    assert {row.id: (row.up, row.down, row.score) for row in talk} == {
        number: (each.up, each.down, each.net) for (kind, number), each in totals.items() if kind is SubjectKind.COMMENT
    }
    on_article = totals[SubjectKind.ARTICLE, discussion_id]
    assert (place.up, place.down) == (on_article.up, on_article.down)
    live = [row for row in talk if row.deleted_at is None]
    assert place.comments == len(live)
    commenters = {people[row.account_id].member_id for row in live}
    assert (lively.commenters, lively.fresh_commenters) == (0, len(commenters))
    assert (lively.trusted, lively.fresh) == (Totals(), on_article)
    assert place.hot == pytest.approx(ranking.hot(lively, place.dated), abs=1e-9)
    assert place.dated is not None
