"""Those who had themselves forgotten, when a network speaks of them again.

What is older than the forgetting, or of no known time as in a list that a network gives after a gap, stays the
pseudonym's. Whoever acts anew is somebody new.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.events import Reacted, Unreacted, Who
from bot.domain.model import Account, Ref, network_of
from bot.ports.stores import Tx
from bot.ports.stores.people import Gone

Reacting = Reacted | Unreacted


async def account_of(tx: Tx, who: Who, at: datetime | None, now: datetime) -> Account | None:
    """The account behind an event; None where it was forgotten since."""
    gone = (await tx.people.gone([who.ref])).get(who.ref)
    if gone is None:
        return await _seen(tx, who, now)
    return await _newcomer(tx, who, gone, now) if _anew(at, gone) else None


async def with_pseudonyms(tx: Tx, events: Sequence[Reacting], now: datetime) -> Sequence[Reacting]:
    """The events, the reactions of who was forgotten as those of the pseudonym."""
    gone = await tx.people.gone({each.who.ref for each in events if isinstance(each, Reacted)})
    if not gone:
        return events
    theirs = {each.reaction for each in events if isinstance(each, Reacted) and each.who.ref in gone}
    stand_ins = await tx.people.stand_ins(theirs)
    stored = await tx.reactions.stored(set(stand_ins.values()))
    counted = {ref for ref, (_, reaction) in stored.items() if reaction.removed_at is None}
    known: list[Reacting] = []
    for each in events:
        if isinstance(each, Reacted) and each.who.ref in gone:
            known.append(await _known(tx, each, gone[each.who.ref], stand_ins[each.reaction], counted, now))
        else:
            known.append(each)
    return known


async def _known(tx: Tx, event: Reacted, gone: Gone, stand_in: Ref, counted: set[Ref], now: datetime) -> Reacted:
    if stand_in not in counted and _anew(event.at, gone):
        await _newcomer(tx, event.who, gone, now)
        return event
    return replace(event, reaction=stand_in, who=Who(ref=gone.pseudonym.ref, name=gone.pseudonym.name))


async def _newcomer(tx: Tx, who: Who, gone: Gone, now: datetime) -> Account:
    known = await tx.members.by_ref(who.ref)
    account = await _seen(tx, who, now)
    if known is None:
        await tx.people.back_again(gone, account.member_id)
    return account


async def _seen(tx: Tx, who: Who, now: datetime) -> Account:
    return await tx.members.seen(network_of(who.ref), who.ref, who.name, bot=who.bot, now=now)


def _anew(at: datetime | None, gone: Gone) -> bool:
    return at is not None and at > gone.at
