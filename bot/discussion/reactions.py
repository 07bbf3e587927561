"""Reactions, many at once: the raw facts, the members' votes derived from them, the subjects' totals.

The events of a batch are played through in their order on the reactions they name, and what has come of those is stored
once. A batch comes to the same as its events one by one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeGuard

from bot.counting import NEWCOMER, Members, derive
from bot.domain.events import Cleared, Event, Reacted, Unreacted, Who
from bot.domain.model import Account, ChannelId, CommunityId, DiscussionId, MemberId, Reaction, Ref
from bot.domain.votes import FLAG, Ballot, normalise_emoji, own_ballots
from bot.ports.stores import Tx
from bot.ports.stores.reactions import Pair, Target
from bot.returning import with_pseudonyms

Reacting = Reacted | Unreacted
Stood = tuple[Target, Reaction]


@dataclass(frozen=True, kw_only=True, slots=True)
class Raised:
    """A flag by emoji. `reaction` is what its network calls it, `event` whose it counts as; `removed_at`: it was taken
    back in the same batch."""

    event: Reacted
    reaction: Ref
    target: Target
    removed_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Touched:
    """What a batch of reactions changed: where, and whose comments; `flags` are those that were no reactions there."""

    places: frozenset[tuple[CommunityId, DiscussionId]] = frozenset()
    authors: frozenset[tuple[CommunityId, MemberId]] = frozenset()
    flags: tuple[Raised, ...] = ()


def joins(event: Event) -> TypeGuard[Reacting]:
    """Whether an event may be recorded together with others: reactions that are no flags, and what takes them back."""
    match event:
        case Reacted():
            return normalise_emoji(event.emoji) != FLAG
        case Unreacted():
            return True
        case _:
            return False


async def record_reactions(tx: Tx, events: Sequence[Reacting], *, ballot: Ballot, now: datetime) -> Touched:
    """Store what the events come to, and what is derived from it; flags are handed back."""
    named, events = events, await with_pseudonyms(tx, events, now)
    targets = await tx.reactions.targets({each.message for each in events if isinstance(each, Reacted)})
    own = own_ballots(await tx.places.own_emoji(), ballot)
    flags = tuple(_raised(named, events, targets, ballot, own))
    raised = [each.event for each in flags]
    touched = await _record(tx, [each for each in events if each not in raised], targets, ballot, own, now)
    return replace(touched, flags=flags)


def _raised(
    named: Sequence[Reacting],
    events: Sequence[Reacting],
    targets: Mapping[Ref, Target],
    ballot: Ballot,
    own: Mapping[ChannelId, Ballot],
) -> Iterator[Raised]:
    for place, (was, event) in enumerate(zip(named, events, strict=True)):
        if isinstance(event, Reacted) and _flags(event, targets, ballot, own):
            back = (each.at for each in named[place:] if isinstance(each, Unreacted) and each.reaction == was.reaction)
            yield Raised(event=event, reaction=was.reaction, target=targets[event.message], removed_at=next(back, None))


def _flags(event: Reacted, targets: Mapping[Ref, Target], ballot: Ballot, own: Mapping[ChannelId, Ballot]) -> bool:
    """Whether an emoji is a flag where it was put; bots flag nothing."""
    target = targets.get(event.message)
    if target is None or event.who.bot:
        return False
    here = ballot if target.channel_id is None else own.get(target.channel_id, ballot)
    return normalise_emoji(event.emoji) == here.flag


async def _record(
    tx: Tx,
    events: Sequence[Reacting],
    targets: Mapping[Ref, Target],
    ballot: Ballot,
    own: Mapping[ChannelId, Ballot],
    now: datetime,
) -> Touched:
    added = [each for each in events if isinstance(each, Reacted) and each.message in targets]
    refs = {each.reaction for each in added}
    elsewhere = {each.reaction for each in events if isinstance(each, Unreacted)} - refs
    undone = await tx.reactions.stored(elsewhere) if elsewhere else {}
    if not added and not undone:
        return Touched()
    places = [*(targets[each.message] for each in added), *(target for target, _ in undone.values())]
    await tx.reactions.alone_with({place.discussion_id for place in places})
    stored = await tx.reactions.stored(refs | undone.keys())  # as they are now that nobody else counts here
    people = await tx.reactions.accounts(_newest(added), now) if added else {}
    standings = await tx.reactions.sanctioned(_members(added, targets, people, stored))
    changed = played(events, targets=targets, stored=stored, people=people, standings=standings, now=now)
    if changed:
        pairs = {(target.subject, reaction.member_id): target for target, reaction in changed.values()}
        reactions = _overlaid(await tx.reactions.of_members(pairs), changed.values())
        await tx.reactions.put(list(changed.values()))
        await derive(tx, pairs, reactions, standings, ballot=ballot, own=own)
    return _touched(target for target, _ in changed.values())


async def clear_reactions(tx: Tx, event: Cleared, *, ballot: Ballot) -> Touched:
    """Undo all reactions on a message, or those with one emoji."""
    target = (await tx.reactions.targets([event.message])).get(event.message)
    if target is None:
        return Touched()
    await tx.reactions.alone_with([target.discussion_id])
    emoji = normalise_emoji(event.emoji) if event.emoji is not None else None
    cleared = await tx.discussions.clear_reactions(target.subject, emoji, event.at)
    if not cleared:
        return Touched()
    standings = await tx.reactions.sanctioned([(target.community_id, member_id) for member_id in cleared])
    pairs = {(target.subject, member_id): target for member_id in cleared}
    own = own_ballots(await tx.places.own_emoji(), ballot)
    await derive(tx, pairs, await tx.reactions.of_members(pairs), standings, ballot=ballot, own=own)
    return _touched([target])


def played(
    events: Iterable[Reacting],
    *,
    targets: Mapping[Ref, Target],
    stored: Mapping[Ref, Stood],
    people: Mapping[Ref, Account],
    standings: Members,
    now: datetime,
) -> dict[Ref, Stood]:
    """The reactions that the events changed, as they are after the last one."""
    changed: dict[Ref, Stood] = {}
    for event in events:
        there = changed.get(event.reaction) or stored.get(event.reaction)
        if isinstance(event, Unreacted):
            if there is not None and there[1].removed_at is None:
                changed[event.reaction] = (there[0], replace(there[1], removed_at=event.at))
        elif event.message in targets and (there is None or there[1].removed_at is not None):
            target, account = targets[event.message], people[event.who.ref]
            changed[event.reaction] = _added(event, target, account, there, standings, now)
    return changed


def _added(
    event: Reacted, target: Target, account: Account, there: Stood | None, standings: Members, now: datetime
) -> Stood:
    """A new reaction, or one that comes back to life: on what it stood, and by whom it was made, stay."""
    member_id, account_id, bot = account.member_id, account.id, account.bot
    if there is not None and there[1].account_id != account_id:
        member_id, account_id, bot = there[1].member_id, there[1].account_id, there[1].bot
    if there is not None:
        target = there[0]
    standing = standings.get((target.community_id, member_id), NEWCOMER)
    reaction = Reaction(
        ref=event.reaction,
        account_id=account_id,
        member_id=member_id,
        bot=bot,
        emoji=normalise_emoji(event.emoji),
        at=event.at,
        seen_at=now,
        counted=not standing.barred(now),
        channel_id=target.channel_id if there is None else there[1].channel_id,
    )
    return target, reaction


def _overlaid(known: Mapping[Pair, Iterable[Reaction]], changed: Iterable[Stood]) -> dict[Pair, list[Reaction]]:
    """All reactions of members on subjects, those that changed as they are now."""
    found = {pair: {each.ref: each for each in reactions} for pair, reactions in known.items()}
    for target, reaction in changed:
        found.setdefault((target.subject, reaction.member_id), {})[reaction.ref] = reaction
    return {pair: list(each.values()) for pair, each in found.items()}


def _newest(added: Iterable[Reacted]) -> list[Who]:
    """Everybody once, as the last event names them."""
    return list({each.who.ref: each.who for each in added}.values())


def _members(
    added: Iterable[Reacted], targets: Mapping[Ref, Target], people: Mapping[Ref, Account], stored: Mapping[Ref, Stood]
) -> set[tuple[CommunityId, MemberId]]:
    return {
        *((targets[each.message].community_id, people[each.who.ref].member_id) for each in added),
        *((target.community_id, reaction.member_id) for target, reaction in stored.values()),
    }


def _touched(targets: Iterable[Target]) -> Touched:
    found = list(targets)
    return Touched(
        places=frozenset((each.community_id, each.discussion_id) for each in found),
        authors=frozenset((each.community_id, each.author) for each in found if each.author is not None),
    )


def runs(events: Iterable[Event], most: int) -> Iterator[Event | list[Reacting]]:
    """The events in their order: reactions in a row together, at most so many, all others alone."""
    run: list[Reacting] = []
    for event in events:
        if run and (not joins(event) or len(run) == most):
            yield run
            run = []
        if joins(event):
            run.append(event)
        else:
            yield event
    if run:
        yield run
