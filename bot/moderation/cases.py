"""Cases: claimed, decided once, ignored when nobody came; and what follows for all concerned."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta

from bot.domain import cases, telling
from bot.domain.cases import Effects
from bot.domain.model import (
    AccountId,
    Case,
    CaseId,
    CommentId,
    Decision,
    Flag,
    FlagId,
    FlagOutcome,
    HiddenBy,
    MemberId,
    Note,
    Role,
    Ruling,
    Sanction,
    SubjectKind,
)
from bot.errors import RequestError
from bot.office import Act, Office, need, need_for
from bot.ports.moderation import Actor
from bot.ports.stores import SubjectFacts

STALE_AT_ONCE = 50

_NO_CASE = "There is no such case here."
_NO_ACCOUNT = "Cases are claimed, and notes written, by somebody with an account here: on the page, or in a channel."
_ONLY_HERE = (
    "To warn or to mute takes a moderator of the whole community; you are one in single channels. "
    "You can decide the case without it."
)
_NO_FLAG = "There is no such report of yours."
_JUDGED = "This report has been handled already."
_SAYS_NOTHING = "This note says nothing yet."


class CaseDesk:
    """The part of `bot.ports.moderation.Moderation` that is about cases."""

    _office: Office

    async def claim(self, by: Actor, case_id: CaseId) -> None:
        async def work(act: Act) -> None:
            case, who = await _case(act, by, case_id), _account(by)
            _refuse(cases.claim_refusal(case, who, act.now))
            await _put(act, cases.claim(case, who, act.now), case.version)
            await act.log(by.community_id, who, "case.claim", f"case:{case_id}")

        await self._office.act(work)

    async def release(self, by: Actor, case_id: CaseId) -> None:
        async def work(act: Act) -> None:
            case, who = await _case(act, by, case_id), _account(by)
            _refuse(cases.claim_refusal(case, who, act.now))
            if case.claimed(act.now) == who:
                await _put(act, cases.release(case), case.version)
                await act.log(by.community_id, who, "case.release", f"case:{case_id}")

        await self._office.act(work)

    async def decide(self, by: Actor, case_id: CaseId, decision: Decision, *, version: int) -> None:
        async def work(act: Act) -> None:
            case, who = await _case(act, by, case_id), by.account_id
            if decision.ruling is Ruling.AGREE and decision.sanction is not Sanction.NONE and not _everywhere(by):
                raise RequestError(_ONLY_HERE)
            author = await _role(act, case)
            _refuse(cases.decision_refusal(case, decision, by=who, version=version, author=author, now=act.now))
            await settle(act, case, decision, who)

        await self._office.act(work)

    async def note(
        self, by: Actor, text: str, *, case_id: CaseId | None = None, member_id: MemberId | None = None
    ) -> None:
        async def work(act: Act) -> None:
            about = member_id
            if case_id is not None:
                about = (await _case(act, by, case_id)).author
            else:
                need(by, Role.MODERATOR)
            if not text.strip():
                raise RequestError(_SAYS_NOTHING)
            note = Note(by=_account(by), at=act.now, text=text.strip(), case_id=case_id, member_id=about)
            await act.tx.cases.add_note(by.community_id, note)
            if case_id is not None:
                act.aftermath.case(case_id)

        await self._office.act(work)

    async def withdraw(self, by: Actor, flag_id: FlagId) -> None:
        async def work(act: Act) -> None:
            flag = await act.tx.cases.flag(flag_id)
            case = await act.tx.cases.get(flag.case_id) if flag is not None else None
            if flag is None or case is None or (flag.member_id, case.community_id) != (by.member_id, by.community_id):
                raise RequestError(_NO_FLAG)
            if not await act.tx.cases.withdraw(flag_id, act.now):
                raise RequestError(_JUDGED)
            await act.log(by.community_id, by.account_id, "flag.withdraw", f"case:{case.id}")
            act.aftermath.case(case.id)
            await _close_if_empty(act, case)

        await self._office.act(work)

    async def pass_time(self, after: timedelta) -> int:
        """Ignore the cases that have waited longer than `after`; how many. Called by the bot itself."""

        async def work(act: Act) -> int:
            waiting = await act.tx.cases.stale(act.now - after, STALE_AT_ONCE)
            ignored = [case for case in waiting if cases.stale(case, act.now, after)]
            for case in ignored:
                await settle(act, case, cases.STALE, None, by_time=True)
            return len(ignored)

        return await self._office.act(work)


async def settle(act: Act, case: Case, decision: Decision, by: AccountId | None, *, by_time: bool = False) -> None:
    """Store a decision that may stand, and do all that it means; `by_time` where nobody took it.

    Raises `RequestError` where somebody was quicker.
    """
    await _put(act, cases.decide(case, decision, by=by, now=act.now), case.version)
    effects = cases.effects(case, decision, act.now)
    facts = await act.tx.cases.subject(case.subject)
    flags = await act.tx.cases.flags(case.id)
    closed = await act.tx.cases.close_flags(case.id, effects.outcome, act.now)
    action = "case.stale" if by_time else "case.decide"
    await act.log(case.community_id, by, action, f"case:{case.id}", after=_written(decision))
    if facts is None:
        return
    await _apply(act, case, facts, effects, by)
    await _tell_author(act, facts, decision, effects, flags, by_time=by_time)
    await _tell_reporters(act, facts, closed)


def _written(decision: Decision) -> str:
    """A decision for the log: what it says and no more."""
    said = {
        "ruling": decision.ruling.value,
        "measure": decision.measure.value if decision.ruling is Ruling.AGREE else None,
        "sanction": decision.sanction.value if decision.ruling is Ruling.AGREE else None,
        "mute_hours": decision.mute_for.total_seconds() / 3600 if decision.mute_for is not None else None,
        "sensitive": decision.sensitive,
        "words": decision.words or None,
    }
    return json.dumps({key: value for key, value in said.items() if value is not None}, ensure_ascii=False)


async def _apply(act: Act, case: Case, facts: SubjectFacts, effects: Effects, by: AccountId | None) -> None:
    subject = case.subject
    if effects.deleted and not facts.deleted:
        await act.tx.discussions.delete_comment(CommentId(subject.id), act.now)
    elif effects.hidden is not None and effects.hidden != facts.hidden and not facts.deleted:
        await act.tx.cases.hide(subject, HiddenBy.MODERATOR if effects.hidden else None, act.now)
    elif effects.hidden and facts.hidden_by is HiddenBy.FLAGS:
        await act.tx.cases.hide(subject, HiddenBy.MODERATOR, act.now)
    if (effects.sensitive is not None and not effects.deleted) or effects.uncurtained:
        await act.tx.cases.mark_sensitive(subject, effects.sensitive)
    await _apply_on_networks(act, case, facts, effects)
    act.aftermath.touch(case.community_id, case.discussion_id)
    if case.author is not None:
        act.aftermath.stale(case.community_id, case.author)
        await _mute(act, case, case.author, effects, by)


async def _apply_on_networks(act: Act, case: Case, facts: SubjectFacts, effects: Effects) -> None:
    gone = effects.deleted or effects.hidden
    if gone is None or (not gone and not facts.hidden):
        return
    if facts.ref is not None:
        act.aftermath.hide(facts.ref, hidden=bool(gone))
        return
    for post in await act.tx.posts.of_discussion(case.discussion_id):
        if post.ref is not None:
            act.aftermath.hide(post.ref, hidden=bool(gone))


async def _mute(act: Act, case: Case, member_id: MemberId, effects: Effects, by: AccountId | None) -> None:
    """Mute the author, a longer mute that there is staying; or lift the mute that an earlier decision began."""
    standing = await act.tx.standings.get(case.community_id, member_id)
    until = standing.muted_until
    if effects.muted_until is not None:
        until = max(effects.muted_until, until) if until is not None else effects.muted_until
    elif effects.unmuted_from is not None and effects.unmuted_from == until:
        until = None
    if until == standing.muted_until:
        return
    await act.tx.standings.sanction(
        case.community_id,
        member_id,
        muted_until=until,
        banned_at=standing.banned_at,
        votes_void=standing.votes_void,
    )
    action = "member.mute" if until is not None else "member.unmute"
    after = until.isoformat() if until is not None else None
    await act.log(case.community_id, by, action, f"member:{member_id}", before=f"case:{case.id}", after=after)


async def _tell_author(
    act: Act,
    facts: SubjectFacts,
    decision: Decision,
    effects: Effects,
    flags: Sequence[Flag],
    *,
    by_time: bool,
) -> None:
    """What was done and why; or that what flags had taken away is back."""
    if facts.account is None:
        return
    letter = telling.decided(
        decision,
        title=facts.title,
        text=facts.text,
        reasons=[flag.reason for flag in flags if flag.outcome is not FlagOutcome.WITHDRAWN],
        until=effects.muted_until,
        hidden=facts.hidden,
        by_time=by_time,
    )
    act.aftermath.tell(facts.community_id, facts.account.ref, letter, facts.language, facts.zone)


async def _tell_reporters(act: Act, facts: SubjectFacts, closed: Sequence[Flag]) -> None:
    for flag in closed:
        account = await act.tx.members.account(flag.account_id)
        if account is not None and flag.outcome is not None:
            letter = telling.reported(flag.subject.kind, flag.outcome, title=facts.title)
            act.aftermath.tell(facts.community_id, account.ref, letter, facts.language, facts.zone)


async def _close_if_empty(act: Act, case: Case) -> None:
    """A case whose last flag was withdrawn has nothing left to decide; what those flags hid comes back."""
    fresh = await act.tx.cases.get(case.id)
    flags = await act.tx.cases.flags(case.id)
    if fresh is None or fresh.reopened or any(flag.closed_at is None for flag in flags):
        return
    await settle(act, fresh, cases.STALE, None, by_time=True)


async def _case(act: Act, by: Actor, case_id: CaseId) -> Case:
    """A case that is for who asks: of the community's moderators, or of those of the channel where it happened."""
    case = await act.tx.cases.get(case_id)
    if case is None or case.community_id != by.community_id:
        need(by, Role.MODERATOR)
        raise RequestError(_NO_CASE)
    await need_for(act, by, Role.MODERATOR, case.subject)
    await act.tx.discussions.alone_with(case.discussion_id)
    return await act.tx.cases.get(case_id) or case


def _account(by: Actor) -> AccountId:
    if by.account_id is None:
        raise RequestError(_NO_ACCOUNT)
    return by.account_id


def _everywhere(by: Actor) -> bool:
    return by.role.allows(Role.MODERATOR)


async def _role(act: Act, case: Case) -> Role:
    if case.author is None or case.subject.kind is SubjectKind.ARTICLE:
        return Role.READER
    return (await act.tx.standings.get(case.community_id, case.author)).role


async def _put(act: Act, case: Case, read_version: int) -> None:
    if not await act.tx.cases.put(case, read_version=read_version):
        raise RequestError(cases.CHANGED)
    act.aftermath.case(case.id)


def _refuse(message: str | None) -> None:
    if message is not None:
        raise RequestError(message)
