"""Votes, derived from the reactions that are stored: where reactions come, and where what they mean has changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice

from bot.domain.model import ChannelId, CommunityId, MemberId, Reaction, Standing
from bot.domain.votes import Ballot, decide_vote, own_ballots
from bot.ports.stores import Tx
from bot.ports.stores.reactions import Derived, Pair, Target

Members = Mapping[tuple[CommunityId, MemberId], Standing]

NEWCOMER = Standing()
AT_ONCE = 1000


async def derive(
    tx: Tx,
    pairs: Mapping[Pair, Target],
    reactions: Mapping[Pair, Sequence[Reaction]],
    standings: Members,
    *,
    ballot: Ballot,
    own: Mapping[ChannelId, Ballot],
) -> None:
    """The members' votes from all of their reactions to what was touched, then the totals from all votes."""
    votes = {
        pair: Derived(
            cast=decide_vote(reactions.get(pair, ()), author=target.author, ballot=ballot, own=own),
            void=standings.get((target.community_id, pair[1]), NEWCOMER).votes_void,
        )
        for pair, target in pairs.items()
    }
    await tx.reactions.set_votes(votes)
    await tx.reactions.recount({subject for subject, _ in pairs})


async def derive_anew(tx: Tx, channel_id: ChannelId, ballot: Ballot) -> Iterable[Target]:
    """What reactions in a channel come to, now that its emoji mean something else; what was touched."""
    pairs = await tx.reactions.in_channel(channel_id)
    await tx.reactions.alone_with({target.discussion_id for target in pairs.values()})
    own = own_ballots(await tx.places.own_emoji(), ballot)
    waiting = iter(pairs.items())
    while some := dict(islice(waiting, AT_ONCE)):
        standings = await tx.reactions.sanctioned({(each.community_id, pair[1]) for pair, each in some.items()})
        await derive(tx, some, await tx.reactions.of_members(some), standings, ballot=ballot, own=own)
    return pairs.values()
