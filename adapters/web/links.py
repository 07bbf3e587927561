"""One-time sign-in links: made by the command line, the start banner, and admins on the page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from aiohttp import web

from adapters.web import refs
from adapters.web.failures import Refusal
from adapters.web.forms import FORM, admin, spend
from adapters.web.names import clean_name
from adapters.web.render import VISIT
from adapters.web.settings import WebSettings
from adapters.web.site import SITE
from adapters.web.tokens import random_token, token_hash
from adapters.web.visit import prefix_of
from bot.domain.model import Account, AccountId, Community, CommunityId, Role
from bot.errors import RequestError
from bot.ports.sessions import Session
from bot.ports.stores import Store, Tx

ROLES = {
    Role.MEMBER: "Member",
    Role.MODERATOR: "Moderator",
    Role.ADMIN: "Admin",
    Role.OPERATOR: "Operator",
}
"""What the roles are called that can be handed out."""

_TOO_MUCH = "You cannot hand out more than you have."


async def make_link(
    store: Store,
    settings: WebSettings,
    community_id: CommunityId,
    *,
    role: Role,
    name: str | None = None,
    account_id: AccountId | None = None,
    now: datetime,
    lifetime: timedelta,
) -> str:
    """Store a one-time link and return its whole address.

    It signs in `account_id`, or makes a new account with `name` (None: to be chosen) when it is used, and grants
    `role` where that is more than the account has. Raises `RequestError` where there is no such community.
    """
    async with store.read() as tx:
        communities = await tx.places.communities()
    community = next((each for each in communities if each.id == community_id), None)
    if community is None:
        raise RequestError("There is no such community.")
    return await _store(store, settings, community, role, name, account_id, now, lifetime)


class PageLinks:
    """See `bot.ports.people.Links`. The page's settings are asked for with each link: its port may be chosen late."""

    def __init__(self, store: Store, settings: Callable[[], WebSettings]) -> None:
        self._store = store
        self._settings = settings

    async def sign_in(
        self,
        community_id: CommunityId,
        *,
        role: Role,
        name: str | None,
        account_id: AccountId | None,
        lifetime: timedelta,
        now: datetime,
    ) -> str:
        """Raises `RequestError` where there is no such community, or the name is none."""
        return await make_link(
            self._store,
            self._settings(),
            community_id,
            role=role,
            name=None if name is None else clean_name(name),
            account_id=account_id,
            now=now,
            lifetime=lifetime,
        )


async def _store(
    store: Store,
    settings: WebSettings,
    community: Community,
    role: Role,
    name: str | None,
    account_id: AccountId | None,
    now: datetime,
    lifetime: timedelta,
) -> str:
    token = random_token()

    async def work(tx: Tx) -> None:
        await tx.members.add_link(
            token_hash(token),
            community_id=community.id,
            role=role,
            name=name,
            account_id=account_id,
            expires_at=now + lifetime,
            now=now,
        )

    await store.write(work)
    return f"{settings.base}{prefix_of(community)}/signin/{token}"


async def invite_form(request: web.Request) -> web.Response:
    """For admins: whom to invite."""
    admin(request[VISIT])
    return _page(request, None, None, None)


async def invite(request: web.Request) -> web.Response:
    """Make a link: for the member who has the name that is given, who has lost the cookie, else for somebody new."""
    session, form = admin(request[VISIT]), request[FORM]
    role = Role(form.text("role")) if form.text("role") in set(Role) else Role.MEMBER
    if role not in ROLES or not session.role.allows(role):
        raise Refusal(403, _TOO_MUCH)
    try:
        name = clean_name(form.text("name")) if form.text("name").strip() else None
    except RequestError as refused:
        return _page(request, None, None, refused)
    account = await _below(request, session, name) if name is not None else None
    if account is not None:
        return _page(request, await _made(request, role, None, account.id), account, None)
    return _page(request, await _made(request, role, name, None), None, None)


async def _below(request: web.Request, session: Session, name: str) -> Account | None:
    """The account with this name; whoever may do as much as the one who asks signs in by other links."""
    site, visit = request.app[SITE], request[VISIT]
    async with site.store.read() as tx:
        account = await tx.members.registered(visit.community.id, refs.NETWORK, name)
        role = await tx.members.role(visit.community.id, account.member_id) if account is not None else Role.READER
    if role.rank >= session.role.rank and session.role is not Role.OPERATOR:
        raise Refusal(403, _TOO_MUCH)
    return account


async def _made(request: web.Request, role: Role, name: str | None, account_id: AccountId | None) -> str:
    site, visit = request.app[SITE], request[VISIT]
    spend(request, "link", account=site.settings.limits.flag)
    lifetime = timedelta(days=site.settings.link_days)
    return await _store(site.store, site.settings, visit.community, role, name, account_id, site.clock.now(), lifetime)


def _page(
    request: web.Request, made: str | None, account: Account | None, refused: RequestError | None
) -> web.Response:
    session = admin(request[VISIT])
    roles = [(role, name) for role, name in ROLES.items() if session.role.allows(role)]
    return request.app[SITE].renderer.page(
        request,
        "invite.html",
        status=422 if refused is not None else 200,
        made=made,
        account=account,
        roles=roles,
        refused=refused,
    )
