"""Flags by emoji: each files one, is taken off its message at once, and is answered by a letter."""

from __future__ import annotations

from datetime import datetime

from bot.aftermath import Aftermath
from bot.discussion.flagging import Flagging
from bot.discussion.reactions import Raised
from bot.domain import telling
from bot.domain.events import Outcome, Reacted
from bot.domain.model import Account, FlagReason, Reaction
from bot.domain.votes import normalise_emoji
from bot.ports.stores import Tx
from bot.returning import account_of


class Raising:
    """Takes flags by emoji, in one transaction.

    Where a network does not show what is stored, the emoji is stored as the reaction that it is until it is off, so
    that the same one, seen again, is known: it files nothing and is answered by nothing.
    """

    def __init__(self, tx: Tx, aftermath: Aftermath, flagging: Flagging, *, now: datetime) -> None:
        self._tx = tx
        self._aftermath = aftermath
        self._flagging = flagging
        self._now = now

    async def take(self, raised: Raised) -> Outcome:
        """File a flag; what is said of it."""
        event, target = raised.event, raised.target
        answers = self._aftermath.take_off(raised.reaction)
        if answers:
            await self._tx.discussions.alone_with(target.discussion_id)
            if await self._was_here(event):
                return Outcome()
        by = await account_of(self._tx, event.who, event.at, self._now)
        if by is None:
            return Outcome()
        outcome = await self._flagging.report(target.subject, target.community_id, by, FlagReason.OTHER, "")
        if answers:
            await self._keep(raised, by)
            await self._tell(raised, by, outcome)
        return outcome

    async def _was_here(self, event: Reacted) -> bool:
        there = (await self._tx.reactions.stored([event.reaction])).get(event.reaction)
        if there is None:
            return False
        removed_at = there[1].removed_at
        return removed_at is None or (event.at is not None and event.at <= removed_at)

    async def _keep(self, raised: Raised, by: Account) -> None:
        event = raised.event
        reaction = Reaction(
            ref=event.reaction,
            account_id=by.id,
            member_id=by.member_id,
            bot=by.bot,
            emoji=normalise_emoji(event.emoji),
            at=event.at,
            seen_at=self._now,
            counted=False,
            removed_at=raised.removed_at,
            channel_id=raised.target.channel_id,
        )
        await self._tx.reactions.put([(raised.target, reaction)])

    async def _tell(self, raised: Raised, by: Account, outcome: Outcome) -> None:
        facts = await self._tx.cases.subject(raised.target.subject)
        if facts is None:
            return
        letter = telling.received(
            raised.target.subject.kind, title=facts.title, refused=outcome.refused, values=dict(outcome.values)
        )
        self._aftermath.tell(facts.community_id, by.ref, letter, facts.language, facts.zone)
