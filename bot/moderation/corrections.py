"""Reported errors in articles: received, sent on, corrected or rejected; whoever reported one is told."""

from __future__ import annotations

from bot.domain import corrections, participation, telling
from bot.domain.model import (
    ArticleId,
    Content,
    Correction,
    CorrectionId,
    CorrectionKind,
    CorrectionState,
    DiscussionId,
    Role,
    Subject,
    SubjectKind,
)
from bot.domain.text import repair
from bot.errors import RequestError
from bot.office import Act, Office, need
from bot.ports.moderation import Actor

LONGEST_REMARK = 2_000

_NOT_HERE = "This is not here any more."
_JOINED = "You have reported this already. Thank you; you will be told what came of it."
_TOO_LONG = "Please say it in at most {most} characters."
_NO_CORRECTION = "There is no such correction here."
_OVER = "This correction has been corrected or rejected already."
_NOT_BACK = "A correction does not become unread again."


class Corrections:
    """See `bot.ports.moderation.CorrectionsDesk`."""

    def __init__(self, office: Office) -> None:
        self._office = office

    async def report(
        self,
        by: Actor,
        discussion_id: DiscussionId,
        kind: CorrectionKind,
        *,
        excerpt: str,
        remark: str,
        revision: int,
    ) -> CorrectionId:
        """Report an error. Raises RequestError."""
        if len(remark) > LONGEST_REMARK:
            raise RequestError(_TOO_LONG, most=LONGEST_REMARK)

        async def work(act: Act) -> CorrectionId:
            await _may(act, by, discussion_id)
            content = await _shown(act, discussion_id, revision)
            if (refused := corrections.refusal(kind, excerpt, content)) is not None:
                raise RequestError(refused, most=corrections.LONGEST_EXCERPT)
            return await self._store(act, by, discussion_id, kind, excerpt, remark, revision, content)

        return await self._office.act(work)

    async def _store(
        self,
        act: Act,
        by: Actor,
        discussion_id: DiscussionId,
        kind: CorrectionKind,
        excerpt: str,
        remark: str,
        revision: int,
        content: Content,
    ) -> CorrectionId:
        if by.account_id is None or by.member_id is None:
            raise RequestError(_NOT_HERE)
        correction_id, new = await act.tx.corrections.report(
            discussion_id,
            kind,
            corrections.find(content, excerpt),
            same_key=corrections.same_key(kind, excerpt),
            revision=revision,
            account_id=by.account_id,
            member_id=by.member_id,
            remark=repair(remark).strip(),
            now=act.now,
        )
        if not new:
            raise RequestError(_JOINED)
        await act.log(by.community_id, by.account_id, "correction.report", f"correction:{correction_id}")
        return correction_id

    async def set_state(self, by: Actor, correction_id: CorrectionId, state: CorrectionState, words: str = "") -> None:
        """Say how far it has come. Raises RequestError."""
        if state is CorrectionState.RECEIVED:
            raise RequestError(_NOT_BACK)

        async def work(act: Act) -> None:
            need(by, Role.ADMIN)
            correction = await act.tx.corrections.get(correction_id)
            if correction is None or correction.community_id != by.community_id:
                raise RequestError(_NO_CORRECTION)
            if not await act.tx.corrections.set_state(correction_id, state, by=by.account_id, now=act.now):
                raise RequestError(_OVER)
            await _follow_up(act, correction, state, words)
            await act.log(
                by.community_id,
                by.account_id,
                "correction.state",
                f"correction:{correction_id}",
                before=correction.state.value,
                after=state.value,
            )

        await self._office.act(work)


async def _follow_up(act: Act, correction: Correction, state: CorrectionState, words: str) -> None:
    facts = await act.tx.cases.subject(_article(correction.discussion_id))
    reports = await act.tx.corrections.reports(correction.id)
    if state is CorrectionState.CORRECTED:
        act.aftermath.stale(correction.community_id, *(each.member_id for each in reports))
        act.aftermath.touch(correction.community_id, correction.discussion_id)
    if facts is None:
        return
    letter = telling.correction(state, title=facts.title, written=words)
    for each in reports:
        account = await act.tx.members.account(each.account_id)
        if account is not None:
            act.aftermath.tell(facts.community_id, account.ref, letter, facts.language, facts.zone)


async def _may(act: Act, by: Actor, discussion_id: DiscussionId) -> None:
    need(by, Role.MEMBER)
    where = await act.tx.discussions.place_of(_article(discussion_id))
    if where is None or where[0] != by.community_id or by.member_id is None:
        raise RequestError(_NOT_HERE)
    outcome = participation.barred(await act.tx.standings.get(by.community_id, by.member_id), act.now)
    if outcome is not None and outcome.refused is not None:
        raise RequestError(outcome.refused, **dict(outcome.values))


async def _shown(act: Act, discussion_id: DiscussionId, revision: int) -> Content:
    """The article as its reader saw it; as it is now where that is no longer kept."""
    article_id = await _article_id(act, discussion_id)
    article = await act.tx.articles.get(article_id)
    if article is None:
        raise RequestError(_NOT_HERE)
    if article.revision == revision:
        return article.content
    return await act.tx.articles.content_at(article_id, revision) or article.content


async def _article_id(act: Act, discussion_id: DiscussionId) -> ArticleId:
    posts = await act.tx.posts.of_discussion(discussion_id)
    if not posts:
        raise RequestError(_NOT_HERE)
    return posts[0].article_id


def _article(discussion_id: DiscussionId) -> Subject:
    return Subject(kind=SubjectKind.ARTICLE, id=discussion_id)
