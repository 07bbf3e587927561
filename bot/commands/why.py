"""Why an article was posted or not: each step of its way, from its feed to the channels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from bot.commands.call import Call, answer
from bot.commands.declaring import Arg, Declared, Story, command
from bot.domain.model import AliasKind, FeedId, Passage, PostState, Role
from bot.domain.orders import OutboxState
from bot.domain.telling import Sentence
from bot.ports.commands import Answer, Column, Listing
from bot.ports.stores.tracing import Brought, Considered, Known, Made, Sending, Trace

KINDS = {
    AliasKind.ID: "From now on it is recognised by its number in this feed.",
    AliasKind.LINK: "From now on it is recognised by its link, in all feeds.",
    AliasKind.FINGERPRINT: "From now on it is recognised by its words in this feed, for two days.",
}
"""What it is recognised by."""

STATES = {
    PostState.HELD: "It is held, and waits for “feed release” or “feed skip”.",
    PostState.SKIPPED: "It was let pass, and is not posted.",
    PostState.GATHERED: "It waits for the next digest.",
    PostState.DIGESTED: "A digest was made: it names the best.",
    PostState.LEFT_OUT: "It was left out after an outage; a message in the channel names what was.",
    PostState.DELETED: "Its post was removed.",
    PostState.FAILED: "It could not be posted.",
    PostState.POSTED: "It was posted.",
    PostState.PENDING: "It is to be posted.",
}
"""How far a post has come, where the outbox does not say more."""

_BROUGHT_FIRST = "The feed was polled and brought it: a new article."
_BROUGHT_TOO = "The feed was polled and brought it, too: it was known by its link."
_MERGED = "The feed was polled and brought it as an article of its own, which was found to be the same."
_ELSEWHERE = "A feed to which no channel here is subscribed brought it."
_REVISED = "It was revised. What the subscriptions had decided stays."

PASSAGES = {
    Passage.PASSED: "It passed: the subscription to {feed} has no filter.",
    Passage.STOPPED: "The filter of the subscription to {feed} stopped it: {part}",
    Passage.HELD: "It was held back: {feed} suddenly listed many old articles that nobody knew.",
    Passage.DEFERRED: "It passed, and was put off until {until} by the cap or the quiet hours.",
    Passage.GATHERED: "It passed, and was gathered for a digest.",
    Passage.PAUSED: "The subscription to {feed} was paused, so it was passed over.",
    Passage.SUSPENDED: "The subscription to {feed} was suspended, so it was passed over.",
    Passage.BACKLOG: "It was in {feed} before the subscription, and is not among its first posts.",
}
"""What a subscription decided."""

_PASSED_FILTER = "It passed the filter of the subscription to {feed}: {part}"
_NOT_CONSIDERED = "Nothing is noted for the subscription to {feed}: it is newer than the article."
_THERE_ALREADY = "The channel has a post of it already, by another subscription."

_QUEUED = "A post was queued."
_QUEUED_FOR = "A post was queued, to be made at {until}."
_SENT = "The network took it: it was posted."
_PARKED = "It was not posted, and is parked: {answer}"
_PARKED_SILENTLY = "It was not posted, and is parked."
_EXPIRED = "It was given up: {answer}"
_EXPIRED_SILENTLY = "It was given up: its time had passed."
_TRIED = "It was tried {count} time. The network answered: {answer}"
_TRIED_OFTEN = "It was tried {count} times. The network answered last: {answer}"
_NEXT = "It is tried again at {until}."
_WAITS = "It waits until {until}."
_IN_LINE = "It waits for its turn."
_NOT_KEPT = "How it was delivered is no longer kept."
_NO_POST = "No post was made of it here."


@command(
    "feed why",
    role=Role.ADMIN,
    help="Tell why an article was posted or not, step by step from its feed to the channels.",
    more="It tells what is kept: when a feed brought it, what each filter decided, what was queued, and what the "
    "network answered. The records of deliveries are removed with other old things.",
    examples=("feed why 12", 'feed why "Bridge opened"'),
    changes=False,
)
async def why(
    call: Call, article: Annotated[Story, Arg("The article: its number, address or title.", rest=True)]
) -> Answer:
    """All steps that are known, the oldest first."""
    async with call.house.store.read() as tx:
        trace = await tx.tracing.trace(call.actor.community_id, article.article_id)
    steps = sorted(steps_of(trace, call.now), key=lambda step: step.at)
    listing = Listing(
        title=Sentence(key="The way of “{title}”:", values={"title": article.title}),
        columns=(
            Column(name="what", label="What happened"),
            Column(name="where", label="Where"),
            Column(name="at", label="When"),
        ),
        rows=tuple((step.what, step.where, step.at) for step in steps),
        empty=Sentence(key=_NO_POST),
        total=len(steps),
    )
    return answer(listing, None if trace.made else Sentence(key=_NO_POST))


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """Something that happened to an article; `where` is a feed or a channel."""

    at: datetime
    where: str | None
    what: Sentence


def steps_of(trace: Trace, now: datetime) -> Iterator[Step]:
    """Everything that a trace tells."""
    names = {each.feed_id: each.feed for each in trace.brought if each.here}
    for brought in trace.brought:
        yield _brought(brought)
    yield from _known(trace.known, names)
    if trace.revised_at is not None:
        yield Step(at=trace.revised_at, where=None, what=Sentence(key=_REVISED))
    first_here = min((each.at for each in trace.brought), default=now)
    for considered in trace.considered:
        yield from _considered(considered, trace.made, first_here)
    for made in trace.made:
        yield from _made(made, now)


def _brought(brought: Brought) -> Step:
    if not brought.here:
        return Step(at=brought.at, where=None, what=Sentence(key=_ELSEWHERE))
    what = Sentence(key=_BROUGHT_FIRST if brought.first else _MERGED if brought.merged else _BROUGHT_TOO)
    return Step(at=brought.at, where=brought.feed, what=what)


def _known(known: Sequence[Known], names: Mapping[FeedId, str]) -> Iterator[Step]:
    """What feeds of this community gave; one line for each kind and feed."""
    told: set[tuple[AliasKind, FeedId]] = set()
    for each in known:
        if each.feed_id is not None and each.feed_id in names and (each.kind, each.feed_id) not in told:
            told.add((each.kind, each.feed_id))
            yield Step(at=each.at, where=names[each.feed_id], what=Sentence(key=KINDS[each.kind]))


def _considered(considered: Considered, made: Sequence[Made], at: datetime) -> Iterator[Step]:
    verdict, channel, feed = considered.verdict, considered.channel, considered.feed
    if verdict is None:
        yield Step(at=at, where=channel, what=Sentence(key=_NOT_CONSIDERED, values={"feed": feed}))
        return
    values: dict[str, str | int | datetime] = {"feed": feed, "part": verdict.detail}
    if verdict.passage is Passage.DEFERRED:
        values = {"until": datetime.fromisoformat(verdict.detail)}
    filtered = verdict.passage is Passage.PASSED and verdict.detail
    what = Sentence(key=_PASSED_FILTER if filtered else PASSAGES[verdict.passage], values=values)
    yield Step(at=verdict.at, where=channel, what=what)
    if verdict.passage is Passage.SUSPENDED:
        yield Step(at=verdict.at, where=channel, what=Sentence(key=verdict.detail))
    others = [each for each in made if each.channel == channel and each.subscription_id != considered.subscription_id]
    if verdict.passage is Passage.PASSED and others:
        yield Step(at=verdict.at, where=channel, what=Sentence(key=_THERE_ALREADY))


def _made(made: Made, now: datetime) -> Iterator[Step]:
    for sending in made.sending:
        yield from _sent(sending, made.channel, now)
    if not made.sending and made.state in (PostState.POSTED, PostState.FAILED, PostState.PENDING):
        yield Step(at=made.ordered_at, where=made.channel, what=Sentence(key=_QUEUED))
        yield Step(at=made.changed_at, where=made.channel, what=Sentence(key=STATES[made.state]))
        yield Step(at=made.changed_at, where=made.channel, what=Sentence(key=_NOT_KEPT))
    elif made.state not in (PostState.POSTED, PostState.FAILED, PostState.PENDING):
        yield Step(at=made.changed_at, where=made.channel, what=Sentence(key=STATES[made.state]))


def _sent(sending: Sending, channel: str, now: datetime) -> Iterator[Step]:
    queued = Sentence(key=_QUEUED)
    if sending.due_at > sending.created_at:
        queued = Sentence(key=_QUEUED_FOR, values={"until": sending.due_at})
    yield Step(at=sending.created_at, where=channel, what=queued)
    at = sending.finished_at or now
    if sending.answer and sending.attempts:
        tried = Sentence(key=_TRIED, many=_TRIED_OFTEN, values={"count": sending.attempts, "answer": sending.answer})
        yield Step(at=at, where=channel, what=tried)
    yield Step(at=at, where=channel, what=_end_of(sending, now))


def _end_of(sending: Sending, now: datetime) -> Sentence:
    said = {"answer": sending.answer or ""}
    match sending.state:
        case OutboxState.DONE:
            return Sentence(key=_SENT)
        case OutboxState.PARKED:
            return Sentence(key=_PARKED, values=said) if sending.answer else Sentence(key=_PARKED_SILENTLY)
        case OutboxState.EXPIRED:
            return Sentence(key=_EXPIRED, values=said) if sending.answer else Sentence(key=_EXPIRED_SILENTLY)
    if sending.next_at <= now:
        return Sentence(key=_IN_LINE)
    return Sentence(key=_NEXT if sending.attempts else _WAITS, values={"until": sending.next_at})


COMMANDS: tuple[Declared, ...] = (why,)
