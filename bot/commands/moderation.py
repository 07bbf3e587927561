"""Keeping order: cases, members, discussions, and the log of what was done."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated

from bot.commands.call import Call, answer, said
from bot.commands.declaring import Arg, Declared, Somebody, Story, command
from bot.domain import telling
from bot.domain.html import plain_text
from bot.domain.model import (
    Case,
    CaseState,
    Decision,
    DiscussionId,
    FlagOutcome,
    FlagReason,
    Measure,
    Role,
    Ruling,
    Sanction,
    SubjectKind,
)
from bot.domain.telling import Sentence
from bot.domain.text import one_line, shorten
from bot.errors import RequestError
from bot.office import keeps
from bot.ports.commands import Answer, Block, Cell, Column, Fact, Facts, Listing
from bot.ports.moderation import CaseLine, CaseView, FlagLine, LogLine, QueueFilter, QueueView

PAGE = 25
LONGEST_WORDS = 2_000
TEXT = 240

LABELS = {
    QueueView.OPEN: "Open cases",
    QueueView.MINE: "Cases that you have claimed",
    QueueView.DECIDED: "Decided cases",
    SubjectKind.ARTICLE: "Articles",
    SubjectKind.COMMENT: "Comments",
    FlagReason.SPAM: "Spam",
    FlagReason.OFF_TOPIC: "Off topic",
    FlagReason.UNKIND: "Unkind",
    FlagReason.ILLEGAL: "Illegal",
    FlagReason.PRIVATE_DATA: "Private data",
    FlagReason.OTHER: "Something else",
    Measure.KEEP: "Leave it where it is",
    Measure.HIDE: "Hide it: its author can change it",
    Measure.DELETE: "Delete it for good",
    Sanction.NONE: "Nothing",
    Sanction.WARN: "A warning",
    Sanction.MUTE: "A mute: no comments, votes and reports for a time",
}
"""What can be chosen."""

KINDS = {SubjectKind.ARTICLE: "article", SubjectKind.COMMENT: "comment"}
STATES = {CaseState.OPEN: "open", CaseState.DECIDED: "decided"}
RULED = {Ruling.AGREE: "agreed", Ruling.DISAGREE: "disagreed", Ruling.IGNORE: "ignored"}
ENDED = {
    FlagOutcome.AGREED: "agreed",
    FlagOutcome.DISAGREED: "disagreed",
    FlagOutcome.IGNORED: "ignored",
    FlagOutcome.WITHDRAWN: "withdrawn",
}

_NO_CASE = "There is no such case here."
_NOT_DISCUSSED = "“{title}” is not discussed here: no channel of this community got it."
_NO_MUTE = "--for says how long a mute lasts: it goes with “--sanction mute”."
_TOO_LONG = "Please say it in at most {most} characters."
_SPANS = "How long, as in 45m, 4h or 3d."
_WORDS = "Words of yours to whom it is about."
_CASE = "The number of the case."


# --- cases ---


@command(
    "mod queue",
    role=Role.MODERATOR,
    in_channels=True,
    help="Show the cases that wait for a decision, the heaviest first.",
    more="A case is all reports of one comment or article. Who moderates single channels sees the cases from there.",
    examples=("mod queue", "mod queue --view decided --reason spam"),
    changes=False,
)
async def queue(
    call: Call,
    *,
    view: Annotated[QueueView, Arg("Which cases.", labels={each: LABELS[each] for each in QueueView})] = QueueView.OPEN,
    kind: Annotated[
        SubjectKind | None, Arg("What was reported.", labels={each: LABELS[each] for each in SubjectKind})
    ] = None,
    reason: Annotated[
        FlagReason | None, Arg("Why it was reported.", labels={each: LABELS[each] for each in FlagReason})
    ] = None,
    page: Annotated[int, Arg("Which page of the list.", least=1)] = 1,
) -> Answer:
    """One page of them."""
    channels = None
    if not call.actor.role.allows(Role.MODERATOR):
        channels = frozenset(each for each, role in call.channel_roles.items() if role.allows(Role.MODERATOR))
    wanted = QueueFilter(view=view, kind=kind, reason=reason, channels=channels)
    found = await call.house.order.queue(call.viewer, wanted, page=page, size=PAGE, now=call.now)
    columns = (
        Column(name="case", label="Case", plain=True),
        Column(name="kind", label="Kind"),
        Column(name="article", label="Article", plain=True),
        Column(name="author", label="Author"),
        Column(name="text", label="What it says"),
        Column(name="reports", label="Reports"),
        Column(name="weight", label="Weight"),
        Column(name="reasons", label="Reasons"),
        Column(name="since", label="Since"),
        Column(name="by", label="In whose hands"),
    )
    return answer(
        Listing(
            title=Sentence(key=LABELS[view]),
            columns=columns,
            rows=tuple(_queued(line) for line in found.items),
            empty=Sentence(key="There is no such case."),
            page=found.number,
            pages=found.last,
            total=found.total,
        )
    )


def _queued(line: CaseLine) -> tuple[Cell, ...]:
    return (
        int(line.case.id),
        Sentence(key=KINDS[line.case.subject.kind]),
        line.title,
        line.author,
        shorten(line.text, TEXT),
        line.flags,
        f"{line.weight:g}",
        ", ".join(line.reasons),
        line.case.opened_at,
        line.decided_by or line.claimed_by,
    )


@command(
    "mod show",
    role=Role.MODERATOR,
    in_channels=True,
    help="Show a case: what was reported, by whom and why, and what was noted about it.",
    examples=("mod show 12",),
    changes=False,
)
async def show(call: Call, case: Annotated[Case, Arg(_CASE)]) -> Answer:
    """Everything that is needed to decide it."""
    view = await _view(call, case)
    return answer(_about(call, view), _reports(view), _notes(view), _earlier(view), *_letter(view))


async def _view(call: Call, case: Case) -> CaseView:
    async with call.house.store.read() as tx:
        allowed = await keeps(tx, call.actor, Role.MODERATOR, case.subject)
    view = await call.house.order.case(call.viewer, case.id) if allowed else None
    if view is None:
        raise RequestError(_NO_CASE)
    return view


def _about(call: Call, view: CaseView) -> Facts:
    case = view.case
    ruled = RULED[case.decision.ruling] if case.decision is not None else None
    facts = (
        Fact(name="case", label="Case", value=int(case.id), plain=True),
        Fact(name="state", label="State", value=Sentence(key=STATES[case.state])),
        Fact(name="kind", label="Kind", value=Sentence(key=KINDS[case.subject.kind])),
        Fact(name="number", label="Article", value=int(view.article), plain=True),
        Fact(name="article", label="Title", value=view.title),
        Fact(name="author", label="Author", value=None if view.author is None else view.author.name),
        Fact(name="text", label="What it says", value=_text(view)),
        Fact(name="hidden", label="Out of sight", value=Sentence(key="yes" if view.hidden_by is not None else "no")),
        Fact(name="since", label="Since", value=case.opened_at),
        Fact(
            name="claimed-until",
            label="Claimed until",
            value=case.claimed_until if case.claimed(call.now) is not None else None,
        ),
        Fact(name="ruling", label="Decision", value=None if ruled is None else Sentence(key=ruled)),
        Fact(name="decided-at", label="Decided at", value=case.decided_at),
    )
    return Facts(facts=tuple(each for each in facts if each.value is not None))


def _text(view: CaseView) -> str:
    if view.comment is not None:
        return plain_text(view.comment.html)
    return one_line(plain_text(view.content.lead)) if view.content is not None else ""


def _reports(view: CaseView) -> Listing:
    columns = (
        Column(name="by", label="Reported by"),
        Column(name="reason", label="Reason"),
        Column(name="words", label="In their words"),
        Column(name="weight", label="Weight"),
        Column(name="at", label="When"),
        Column(name="outcome", label="Outcome"),
    )
    rows = tuple(_reported(flag) for flag in view.flags)
    empty = Sentence(key="Nobody has reported it.")
    return Listing(title=Sentence(key="Reports"), columns=columns, rows=rows, empty=empty, total=len(rows))


def _reported(flag: FlagLine) -> tuple[Cell, ...]:
    return (
        flag.person.name,
        Sentence(key=LABELS[flag.reason]),
        flag.text or None,
        f"{flag.weight:g}",
        flag.at,
        None if flag.outcome is None else Sentence(key=ENDED[flag.outcome]),
    )


def _notes(view: CaseView) -> Listing | None:
    rows: tuple[tuple[Cell, ...], ...] = tuple((note.by, note.at, note.text) for note in view.notes)
    columns = (
        Column(name="by", label="By"),
        Column(name="at", label="When"),
        Column(name="text", label="Note"),
    )
    title = Sentence(key="Notes")
    return Listing(title=title, columns=columns, rows=rows, empty=title, total=len(rows)) if rows else None


def _earlier(view: CaseView) -> Listing | None:
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (int(case.id), case.decided_at, Sentence(key=RULED[case.decision.ruling]))
        for case in view.earlier
        if case.decision is not None
    )
    columns = (
        Column(name="case", label="Case", plain=True),
        Column(name="at", label="When"),
        Column(name="ruling", label="Decision"),
    )
    title = Sentence(key="Earlier cases")
    return Listing(title=title, columns=columns, rows=rows, empty=title, total=len(rows)) if rows else None


def _letter(view: CaseView) -> Iterator[Block]:
    """What the author of a comment is told where somebody agrees and says no more."""
    if view.case.state is CaseState.DECIDED or view.comment is None:
        return
    yield Sentence(key="Who agrees and hides it sends this to its author:")
    yield from telling.decided(
        Decision(ruling=Ruling.AGREE, measure=Measure.HIDE),
        title=view.title,
        text=view.comment.html,
        reasons=[flag.reason for flag in view.flags if flag.outcome is not FlagOutcome.WITHDRAWN],
        until=None,
    )


@command(
    "mod claim",
    role=Role.MODERATOR,
    in_channels=True,
    help="Take a case into your hands for half an hour, or give it back.",
    examples=("mod claim 12", "mod claim 12 --release"),
)
async def claim(
    call: Call,
    case: Annotated[Case, Arg(_CASE)],
    *,
    release: Annotated[bool, Arg("Give it back.")] = False,
) -> Answer:
    """Claim it or give it back."""
    if release:
        await call.house.moderation.release(call.actor, case.id)
        return said("Case {case} is in nobody's hands.", case=int(case.id))
    await call.house.moderation.claim(call.actor, case.id)
    return said("Case {case} is yours for half an hour.", case=int(case.id))


@command(
    "mod agree",
    role=Role.MODERATOR,
    in_channels=True,
    help="Decide that the reports of a case are right, and what becomes of what was reported.",
    more="The author of a comment is told, and everybody who reported it.",
    examples=("mod agree 12", "mod agree 12 --measure delete --sanction mute --for 3d --words “Not again, please.”"),
)
async def agree(
    call: Call,
    case: Annotated[Case, Arg(_CASE)],
    *,
    measure: Annotated[
        Measure, Arg("What becomes of it.", labels={each: LABELS[each] for each in Measure})
    ] = Measure.HIDE,
    sanction: Annotated[
        Sanction, Arg("What its author gets.", labels={each: LABELS[each] for each in Sanction})
    ] = Sanction.NONE,
    for_: Annotated[timedelta | None, Arg(_SPANS)] = None,
    words: Annotated[str, Arg(_WORDS)] = "",
) -> Answer:
    """Agree."""
    if for_ is not None and sanction is not Sanction.MUTE:
        raise RequestError(_NO_MUTE)
    decision = Decision(ruling=Ruling.AGREE, measure=measure, sanction=sanction, mute_for=for_, words=_within(words))
    return await _decide(call, case, decision)


@command(
    "mod disagree",
    role=Role.MODERATOR,
    in_channels=True,
    help="Decide that what was reported may stay.",
    more="What the reports had hidden is back; it counts against the accuracy of who reported it.",
    examples=("mod disagree 12",),
)
async def disagree(call: Call, case: Annotated[Case, Arg(_CASE)], *, words: Annotated[str, Arg(_WORDS)] = "") -> Answer:
    """Disagree."""
    return await _decide(call, case, Decision(ruling=Ruling.DISAGREE, words=_within(words)))


@command(
    "mod ignore",
    role=Role.MODERATOR,
    in_channels=True,
    help="Close a case without a decision for or against it.",
    examples=("mod ignore 12",),
)
async def ignore(call: Call, case: Annotated[Case, Arg(_CASE)]) -> Answer:
    """Neither the one nor the other."""
    return await _decide(call, case, Decision(ruling=Ruling.IGNORE))


async def _decide(call: Call, case: Case, decision: Decision) -> Answer:
    """As it was read for this command: whoever was quicker has changed its version."""
    await call.house.moderation.decide(call.actor, case.id, decision, version=case.version)
    return said("Case {case} is decided.", case=int(case.id))


# --- members ---


@command(
    "mod warn",
    role=Role.MODERATOR,
    help="Tell a member that this will not do.",
    examples=("mod warn Bob Please stay with the subject.",),
)
async def warn(
    call: Call,
    member: Annotated[Somebody, Arg("Whom to warn.")],
    words: Annotated[str, Arg("What for.", rest=True)],
) -> Answer:
    """Warn."""
    await call.house.moderation.warn(call.actor, member.member_id, _within(words))
    return said("{member} is warned.", member=member.name)


@command(
    "mod mute",
    role=Role.MODERATOR,
    help="Keep a member from commenting, voting and reporting for a time, or let them again.",
    examples=("mod mute Bob --for 3d --words “Sleep on it.”", "mod mute Bob --off"),
)
async def mute(
    call: Call,
    member: Annotated[Somebody, Arg("Whom to mute.")],
    *,
    for_: Annotated[timedelta, Arg(_SPANS)] = timedelta(days=1),
    words: Annotated[str, Arg(_WORDS)] = "",
    off: Annotated[bool, Arg("End the mute.")] = False,
) -> Answer:
    """Mute, or end it."""
    await call.house.moderation.mute(call.actor, member.member_id, None if off else for_, _within(words))
    if off:
        return said("{member} can take part again.", member=member.name)
    return said("{member} is muted until {until}.", member=member.name, until=call.now + for_)


@command(
    "mod ban",
    role=Role.ADMIN,
    help="Keep a member from taking part for good.",
    confirm="They will no longer be able to take part here, and are told so. Is that meant?",
    examples=("mod ban Bob --void-votes --yes",),
)
async def ban(
    call: Call,
    member: Annotated[Somebody, Arg("Whom to ban.")],
    *,
    void_votes: Annotated[bool, Arg("Let their votes count nowhere.")] = False,
    words: Annotated[str, Arg(_WORDS)] = "",
) -> Answer:
    """Ban."""
    await call.house.moderation.ban(call.actor, member.member_id, void_votes=void_votes, words=_within(words))
    return said("{member} is banned.", member=member.name)


@command("mod unban", role=Role.ADMIN, help="Let a banned member take part again.", examples=("mod unban Bob",))
async def unban(call: Call, member: Annotated[Somebody, Arg("Who may take part again.")]) -> Answer:
    """End a ban."""
    await call.house.moderation.unban(call.actor, member.member_id)
    return said("{member} can take part again.", member=member.name)


# --- discussions ---


@command(
    "mod lock",
    role=Role.MODERATOR,
    in_channels=True,
    help="Let only moderators write in the discussion of an article, or everybody again.",
    more="Without --for it is locked until somebody unlocks it.",
    examples=("mod lock 3 --for 4h", "mod lock 3 --off"),
)
async def lock(
    call: Call,
    article: Annotated[Story, Arg("The article.")],
    *,
    for_: Annotated[timedelta | None, Arg(_SPANS)] = None,
    off: Annotated[bool, Arg("Unlock it.")] = False,
) -> Answer:
    """Lock or unlock."""
    discussion = _discussed(article)
    if off:
        await call.house.moderation.unlock(call.actor, discussion)
        return said("Everybody can write about “{title}”.", title=article.title)
    await call.house.moderation.lock(call.actor, discussion, lasting=for_)
    if for_ is None:
        return said("Only moderators can write about “{title}” until it is unlocked.", title=article.title)
    return said("Only moderators can write about “{title}” until {until}.", title=article.title, until=call.now + for_)


# --- the log ---


@command(
    "mod log",
    role=Role.MODERATOR,
    help="Show who did what in this community, the latest first.",
    examples=("mod log", "mod log --action case"),
    changes=False,
)
async def log(
    call: Call,
    *,
    action: Annotated[str | None, Arg("What the names of the actions begin with: case, member, feed …")] = None,
    page: Annotated[int, Arg("Which page of the list.", least=1)] = 1,
) -> Answer:
    """One page of it."""
    found = await call.house.order.log(call.viewer, action=action or None, page=page, size=PAGE)
    columns = (
        Column(name="at", label="When"),
        Column(name="by", label="By"),
        Column(name="action", label="Action"),
        Column(name="subject", label="On what"),
        Column(name="before", label="Before"),
        Column(name="after", label="After"),
    )
    return answer(
        Listing(
            columns=columns,
            rows=tuple(_logged(line) for line in found.items),
            empty=Sentence(key="Nothing of the kind was done yet."),
            page=found.number,
            pages=found.last,
            total=found.total,
        )
    )


def _logged(line: LogLine) -> tuple[Cell, ...]:
    return (line.at, line.by, line.action, line.subject, line.before, line.after)


# --- what several of them ask ---


def _discussed(article: Story) -> DiscussionId:
    if article.discussion_id is None:
        raise RequestError(_NOT_DISCUSSED, title=article.title)
    return DiscussionId(article.discussion_id)


def _within(words: str) -> str:
    if len(words) > LONGEST_WORDS:
        raise RequestError(_TOO_LONG, most=LONGEST_WORDS)
    return words.strip()


COMMANDS: tuple[Declared, ...] = (
    queue,
    show,
    claim,
    agree,
    disagree,
    ignore,
    warn,
    mute,
    ban,
    unban,
    lock,
    log,
)
