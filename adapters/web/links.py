"""One-time sign-in links: made by the start banner, the command line, and commands."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from adapters.web.names import clean_name
from adapters.web.settings import WebSettings
from adapters.web.tokens import random_token, token_hash
from adapters.web.visit import prefix_of
from bot.domain.model import AccountId, Community, CommunityId, Role
from bot.errors import RequestError
from bot.ports.stores import Store, Tx


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


class PageInvitations:
    """See `bot.ports.people.Invitations`. `settings` are asked for with each link: the port may be chosen late."""

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
