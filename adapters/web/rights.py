"""What the reader may do in a discussion now, and what to tell a member who may not write in it."""

from __future__ import annotations

from adapters.web.failures import Refusal
from adapters.web.visit import Visit
from bot.domain import participation
from bot.domain.model import Role
from bot.errors import RequestError
from bot.ports.pages import ArticleLine, CommentView

_LOCKED = "This discussion is locked."
_LOCKED_UNTIL = "This discussion is locked until {until}."


def locked(visit: Visit, line: ArticleLine) -> bool:
    """Whether only moderators may write; a list does not look at the clock, so it is done here."""
    return line.locked and (line.locked_until is None or visit.at < line.locked_until)


def hindrance(visit: Visit, line: ArticleLine) -> RequestError | None:
    """Why a signed-in reader cannot write in a discussion, None where they can."""
    if (kept := kept_out(visit)) is not None:
        return kept
    return locked_refusal(visit, line) if not visit.moderator else None


def kept_out(visit: Visit) -> RequestError | None:
    """Why a signed-in reader cannot take part at all."""
    if visit.session is None:
        return None
    barred = participation.barred(visit.session.standing, visit.at)
    if barred is not None and barred.refused is not None:
        return RequestError(barred.refused, **dict(barred.values))
    return None if visit.role.allows(Role.MEMBER) else Refusal(403)


def locked_refusal(visit: Visit, line: ArticleLine) -> Refusal | None:
    """That a discussion is locked, and until when."""
    if not locked(visit, line):
        return None
    if line.locked_until is None:
        return Refusal(403, _LOCKED)
    return Refusal(403, _LOCKED_UNTIL, until=line.locked_until)


def writes(visit: Visit, line: ArticleLine) -> bool:
    """Whether the reader may write in a discussion."""
    return visit.session is not None and hindrance(visit, line) is None


def votes(visit: Visit, line: ArticleLine, subject: ArticleLine | CommentView) -> bool:
    """Whether to offer the reader a vote on an article or comment; one that stands can always be taken back."""
    if visit.session is None:
        return False
    return subject.vote is not None or writes(visit, line)


def sees(visit: Visit, comment: CommentView) -> bool:
    """Whether the reader sees what a comment says."""
    return not comment.deleted and (not comment.hidden or visit.moderator or owns(visit, comment))


def owns(visit: Visit, comment: CommentView) -> bool:
    """Whether the reader wrote a comment."""
    return visit.session is not None and comment.member_id == visit.session.account.member_id


def _banned(visit: Visit) -> bool:
    return visit.session is not None and visit.session.standing.banned_at is not None


def may(act: str, visit: Visit, comment: CommentView, line: ArticleLine) -> bool:
    """Whether the reader may do something with a comment; what was written elsewhere is changed there."""
    if visit.session is None or not visit.role.allows(Role.MEMBER) or not sees(visit, comment):
        return False
    own = owns(visit, comment)
    if act == "delete":
        return comment.network == "web" and (own or visit.moderator)
    if act == "vote":
        return not own and votes(visit, line, comment)
    if act == "report":
        return not own and kept_out(visit) is None
    if act == "edit":
        # Also in a locked discussion, and while muted: what a decision hid waits for its author's edit.
        return own and comment.network == "web" and not _banned(visit)
    return writes(visit, line)
