"""Cases as moderators are shown them in a channel of their own."""

from __future__ import annotations

from collections.abc import Callable

from bot.domain import telling
from bot.domain.html import plain_text
from bot.domain.model import (
    AccountId,
    CaseId,
    CaseState,
    Channel,
    FlagOutcome,
    PostState,
    Ref,
    SubjectKind,
    network_of,
)
from bot.domain.telling import Letter
from bot.office import Office
from bot.ports.moderation import CaseView, ModerationReader
from bot.ports.network import CaseCard
from bot.ports.pages import Viewer
from bot.ports.stores import Tx


class CaseShowing:
    """See `bot.ports.cards.CaseCards`."""

    def __init__(self, office: Office, order: ModerationReader, *, page: Callable[[], str | None]) -> None:
        """`page` tells where the page is, None where there is none."""
        self._office = office
        self._order = order
        self._page = page

    async def card(self, case_id: CaseId, channel: Channel, marker: str) -> CaseCard | None:
        view = await self._order.case(Viewer(community_id=channel.community_id, moderator=True), case_id)
        if view is None:
            return None
        flags = [each for each in view.flags if each.outcome is not FlagOutcome.WITHDRAWN]
        async with self._office.read() as tx:
            return CaseCard(
                case_id=case_id,
                kind=view.case.subject.kind,
                title=view.title,
                text=_text(view),
                author=view.author.name if view.author is not None else None,
                message=await _message(tx, view, channel),
                reports=tuple((each.person.name, each.reason, each.text) for each in flags),
                hidden=view.hidden_by is not None,
                claimed_by=await _name(tx, view.case.claimed(self._office.now())),
                decision=await _decision(tx, view),
                link=await self._link(tx, channel, case_id),
                marker=marker,
                language=channel.language,
                zone=channel.zone,
            )

    async def _link(self, tx: Tx, channel: Channel, case_id: CaseId) -> str | None:
        base = self._page()
        if base is None:
            return None
        community = next(each for each in await tx.places.communities() if each.id == channel.community_id)
        return f"{base}{'' if community.default else f'/c/{community.slug}'}/mod/cases/{case_id}"


def _text(view: CaseView) -> str:
    """What was reported, as it was when that happened last; "" where it was erased since."""
    if view.case.subject.kind is SubjectKind.ARTICLE:
        return view.content.lead if view.content is not None else ""
    return plain_text(view.flags[-1].subject_text) if view.flags else ""


async def _message(tx: Tx, view: CaseView, channel: Channel) -> Ref | None:
    """The reported comment, or the article's post on the network of who is shown the case."""
    if view.comment is not None:
        return None if view.comment.deleted else view.comment.message
    network = network_of(channel.ref)
    posts = await tx.posts.of_discussion(view.article)
    there = (each.ref for each in posts if each.state is PostState.POSTED and each.ref is not None)
    return next((ref for ref in there if network_of(ref) == network), None)


async def _name(tx: Tx, account_id: AccountId | None) -> str | None:
    account = await tx.members.account(account_id) if account_id is not None else None
    return account.name if account is not None else None


async def _decision(tx: Tx, view: CaseView) -> Letter:
    """How it ended; nothing while it is open, also again."""
    case = view.case
    if case.state is CaseState.OPEN or case.decision is None:
        return ()
    return telling.ended(case.decision, await _name(tx, case.decided_by), by_time=case.by_time)
