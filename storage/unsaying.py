"""What somebody wrote, was told, and was called: taken out of every table where it stands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import BindParameter, bindparam, delete, func, or_, select, update

from bot.domain.model import Account, MemberId, Ref, SubjectKind, network_of
from storage.members import name_key
from storage.schema.columns import BigId, Moment
from storage.schema.order import cases, correction_reports, flags, notes
from storage.schema.people import accounts, signin_links
from storage.schema.places import servers
from storage.schema.talk import comment_revisions, comments
from storage.schema.work import audit_log, lanes, notices, outbox, page_messages
from storage.sql import Sql

_c, _l = comments.c, audit_log.c
_member = bindparam("p_member", type_=BigId)
OWN = select(accounts.c.id).where(accounts.c.member_id == _member)
WRITTEN = select(_c.id).where(_c.account_id.in_(OWN))
_CASES = select(cases.c.id).where(cases.c.author_id == _member)

_EMPTY = (
    update(comments)
    .where(_c.account_id.in_(OWN))
    .values(
        html="", edited_at=None, hidden_at=None, hidden_by=None, sensitive=None, curtained=False,
        deleted_at=func.coalesce(_c.deleted_at, bindparam("p_now", type_=Moment)),
    )
)  # fmt: skip
_about_them = or_(notes.c.member_id == _member, notes.c.case_id.in_(_CASES))
_on_theirs = (flags.c.subject_kind == SubjectKind.COMMENT) & flags.c.subject_id.in_(WRITTEN)
_WORDS = (
    delete(comment_revisions).where(comment_revisions.c.comment_id.in_(WRITTEN)),
    delete(notes).where(_about_them),
    update(flags).where(or_(flags.c.member_id == _member, _on_theirs)).values(text=""),
    update(flags).where(_on_theirs).values(subject_text=""),
    update(cases).where(or_(cases.c.author_id == _member, cases.c.decided_by.in_(OWN))).values(words=None),
    update(correction_reports).where(correction_reports.c.member_id == _member).values(remark=""),
)
_refs: BindParameter[str] = bindparam("refs", expanding=True)
_TOLD = (
    delete(outbox).where(or_(outbox.c.place.in_(_refs), outbox.c.lane.in_(_refs))),
    delete(lanes).where(lanes.c.lane.in_(_refs)),
    delete(page_messages).where(page_messages.c.place.in_(_refs)),
)
_INVITED = select(signin_links.c.token_hash, signin_links.c.name).where(signin_links.c.name.is_not(None))
_UNINVITE = delete(signin_links).where(signin_links.c.token_hash == bindparam("p_hash"))
_INVITERS = select(servers.c.ref, servers.c.invited_by).where(servers.c.invited_by != "")
_INVITED_BY_NOBODY = update(servers).where(servers.c.ref == bindparam("p_ref")).values(invited_by="")
_NOTICES = select(notices.c.id, notices.c.fill)
_FILL = update(notices).where(notices.c.id == bindparam("p_id")).values(fill=bindparam("p_fill"))
_LINES = select(_l.id, _l.account_id, _l.subject, _l.action, _l.before, _l.after).where(
    or_(_l.before.is_not(None), _l.after.is_not(None))
)
_UNSAID = update(audit_log).where(_l.id == bindparam("p_id")).values(before=None, after=None)
_LOGGED = update(audit_log).where(_l.subject == bindparam("p_was")).values(subject=bindparam("p_is"))
_SPEAKS_TO_THEM = {"member.warn"}  # the line keeps the words that somebody was told


class SqlUnsaying:
    """The part of forgetting that is about words. Done while the rows still are the member's."""

    _sql: Sql

    async def _unsay(self, member_id: MemberId, theirs: Sequence[Account], left: Account, now: datetime) -> None:
        await self._unsay_log(member_id, theirs, left)
        for statement in _WORDS:
            await self._sql.run(statement, p_member=member_id)
        await self._sql.run(_EMPTY, p_member=member_id, p_now=now)
        for told in _TOLD:
            await self._sql.run(told, refs=[each.ref for each in theirs])
        await self._unsay_names(theirs, left)

    async def _unsay_names(self, theirs: Sequence[Account], left: Account) -> None:
        keys = {name_key(each.name) for each in theirs}
        for row in await self._sql.all(_INVITED):
            if name_key(row.name) in keys:
                await self._sql.run(_UNINVITE, p_hash=row.token_hash)
        await self._unsay_inviters(theirs)
        for row in await self._sql.all(_NOTICES):
            fill = tuple((name, left.name if _names(text, theirs) else text) for name, text in row.fill)
            if fill != row.fill:
                await self._sql.run(_FILL, p_id=row.id, p_fill=fill)

    async def _unsay_inviters(self, theirs: Sequence[Account]) -> None:
        called = {(each.network, name_key(each.name)) for each in theirs}
        for row in await self._sql.all(_INVITERS):
            if (network_of(Ref(row.ref)), name_key(row.invited_by)) in called:
                await self._sql.run(_INVITED_BY_NOBODY, p_ref=row.ref)

    async def _unsay_log(self, member_id: MemberId, theirs: Sequence[Account], left: Account) -> None:
        """The log keeps who did what to whom, by numbers: the pseudonym's. Its words about them go, and their own."""
        subjects = {f"member:{member_id}": f"member:{left.member_id}"}
        subjects |= {f"account:{each.id}": f"account:{left.id}" for each in theirs}
        about = set(subjects)
        about |= {f"comment:{row.id}" for row in await self._sql.all(WRITTEN, p_member=member_id)}
        about |= {f"case:{row.id}" for row in await self._sql.all(_CASES, p_member=member_id)}
        by = {each.id for each in theirs}
        for row in await self._sql.all(_LINES):
            near = row.account_id in by or row.subject in about
            told = row.action in _SPEAKS_TO_THEM and row.subject in about
            texts = [text for text in (row.before, row.after) if text is not None]
            if told or any(_names(text, theirs) or (near and _mentions(text, theirs)) for text in texts):
                await self._sql.run(_UNSAID, p_id=row.id)
        for was, now_is in subjects.items():
            await self._sql.run(_LOGGED, p_was=was, p_is=now_is)


def _names(text: str, accounts: Sequence[Account]) -> bool:
    """Whether a text is one of the names, or holds a reference."""
    return any(name_key(text) == name_key(each.name) or each.ref in text for each in accounts)


def _mentions(text: str, accounts: Sequence[Account]) -> bool:
    """Whether a name stands in a text."""
    return any(name_key(each.name) in name_key(text) for each in accounts)
