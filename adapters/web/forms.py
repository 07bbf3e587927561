"""What people send, and what they get back."""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web

from adapters.web.failures import Refusal
from adapters.web.render import VISIT
from adapters.web.settings import Rate
from adapters.web.site import SITE
from adapters.web.visit import Visit
from bot.domain.events import Event, Outcome, Who
from bot.domain.model import Role
from bot.domain.text import repair
from bot.errors import RequestError
from bot.ports.moderation import Actor
from bot.ports.sessions import Session

LARGEST = 256 * 1024
"""Bytes of a form."""


class Form:
    """The fields of a form."""

    def __init__(self, fields: Mapping[str, object]) -> None:
        self._fields = fields

    def text(self, name: str) -> str:
        """A field as repaired text, "" where it is missing."""
        value = self._fields.get(name, "")
        return repair(value) if isinstance(value, str) else ""

    def has(self, name: str) -> bool:
        """Whether a field was sent, be it empty."""
        return name in self._fields

    def back(self, otherwise: str) -> str:
        """Where the reader came from: a path of this site, nothing else."""
        path = self.text("back")
        safe = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable() and len(path) < 500
        return path if safe else otherwise


FORM = web.RequestKey("form", Form)


def redirect(to: str) -> web.Response:
    """Sends the reader on, after a form."""
    return web.Response(status=303, headers={"Location": to})


def member(visit: Visit) -> Session:
    """The session of who takes part. Raises `Refusal` for visitors and mere readers."""
    if visit.session is None:
        raise Refusal(403, "Sign in to take part.")
    if not visit.role.allows(Role.MEMBER):
        raise Refusal(403)
    return visit.session


def admin(visit: Visit) -> Session:
    """The session of an admin. Raises `Refusal` for all others."""
    if visit.session is None or not visit.admin:
        raise Refusal(403, "This is for admins.")
    return visit.session


def moderator(visit: Visit) -> Session:
    """The session of a moderator. Raises `Refusal` for all others."""
    if visit.session is None or not visit.moderator:
        raise Refusal(403, "This is for moderators.")
    return visit.session


def actor(visit: Visit) -> Actor:
    """Who does something at a desk, with the role of the session. Raises `Refusal` for visitors and mere readers."""
    session = member(visit)
    return Actor(
        community_id=visit.community.id,
        account_id=session.account.id,
        member_id=session.account.member_id,
        role=session.role,
    )


def who(session: Session) -> Who:
    """The account behind an event."""
    return Who(ref=session.account.ref, name=session.account.name)


def spend(request: web.Request, kind: str, *, account: Rate | None = None, address: Rate | None = None) -> None:
    """Count an act against the limits of the account and of the client's address. Raises `Refusal` (429)."""
    site, visit = request.app[SITE], request[VISIT]
    buckets: list[tuple[str, Rate | None]] = [(f"address {visit.address}", address)]
    if visit.session is not None:
        buckets.append((f"account {visit.session.account.id}", account))
    for who_acts, rate in buckets:
        wait = site.buckets.take(kind, who_acts, rate, site.clock.now()) if rate is not None else None
        if wait is not None:
            raise Refusal(429, retry_after=wait)


async def tell(request: web.Request, event: Event) -> Outcome:
    """Hand an event to the core. Raises `Refusal` (503) before there is one."""
    emit = request.app[SITE].emit
    if emit is None:
        raise Refusal(503)
    return await emit(event)


async def tell_or_refuse(request: web.Request, event: Event) -> Outcome:
    """The same, raising `RequestError` where the core refuses."""
    outcome = await tell(request, event)
    if outcome.refused is not None:
        raise RequestError(outcome.refused, **dict(outcome.values))
    return outcome
