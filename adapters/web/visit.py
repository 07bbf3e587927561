"""Who asks for a page, and for which community."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from aiohttp import web

from adapters.web.settings import WebSettings
from adapters.web.tokens import Signer, random_token
from bot.domain.model import Community, Role
from bot.ports.pages import Viewer
from bot.ports.sessions import Session

LANGUAGE_COOKIE = "tribune_language"
_VISITOR_DAYS = 30


@dataclass(frozen=True, kw_only=True, slots=True)
class Visit:
    """One request, resolved. `id` is what the visit's forms are bound to: the session's or the visitor's token."""

    community: Community
    prefix: str  # "" for the community at the root
    session: Session | None
    id: str
    new: bool  # the visitor has to be given the cookie with `id`
    csrf: str
    wanted: str | None  # the language that was asked for
    address: str  # of the client, for limits
    path: str  # of this page with its query, to come back to
    at: datetime  # when it was asked for
    waiting: int = 0  # open cases, for moderators
    named: str | None = None  # stands for every new name, where a page is rendered to be kept

    @property
    def nonce(self) -> str:
        """A new name for a comment that is written on this page: sent twice, it is one comment."""
        return self.named or random_token()

    @property
    def viewer(self) -> Viewer:
        """For whom pages are read."""
        return Viewer(
            community_id=self.community.id,
            member_id=self.session.account.member_id if self.session is not None else None,
            moderator=self.moderator,
        )

    @property
    def role(self) -> Role:
        """A visitor is a reader."""
        return self.session.role if self.session is not None else Role.READER

    @property
    def moderator(self) -> bool:
        """Whether what is hidden is seen, and order kept."""
        return self.role.allows(Role.MODERATOR)

    @property
    def admin(self) -> bool:
        """Whether the feeds may be looked after."""
        return self.role.allows(Role.ADMIN)

    def url(self, path: str) -> str:
        """The address of a page of this community."""
        return f"{self.prefix}{path}"


def prefix_of(community: Community) -> str:
    """What stands before the paths of a community's pages."""
    return "" if community.default else f"/c/{community.slug}"


def session_cookie(community: Community) -> str:
    """The name of the cookie of signed-in members."""
    return f"tribune_session_{community.slug}"


def visitor_cookie(community: Community) -> str:
    """The name of the cookie that a visitor's forms are bound to."""
    return f"tribune_visitor_{community.slug}"


def csrf_token(signer: Signer, community: Community, session_id: str) -> str:
    """What a form has to carry."""
    return signer.mac("csrf", f"{community.slug} {session_id}")


def signed_purpose(kind: str, community: Community) -> str:
    """What a cookie's signature is good for: one kind, one community."""
    return f"{kind} {community.slug}"


def set_cookie(
    response: web.Response, settings: WebSettings, community: Community, name: str, value: str, days: int
) -> None:
    """Set a cookie that only this community's pages get, and no script."""
    response.set_cookie(
        name,
        value,
        max_age=int(timedelta(days=days).total_seconds()),
        path=prefix_of(community) or "/",
        httponly=True,
        samesite="Lax",
        secure=settings.secure,
    )


def greet(response: web.Response, settings: WebSettings, signer: Signer, visit: Visit) -> None:
    """Give a new visitor the cookie that forms are bound to."""
    if visit.new:
        value = signer.sign(signed_purpose("visitor", visit.community), visit.id)
        set_cookie(response, settings, visit.community, visitor_cookie(visit.community), value, _VISITOR_DAYS)
