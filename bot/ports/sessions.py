"""Who somebody is on the page."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.model import Account, AccountId, CommunityId, Role, Standing

NOBODY = Standing()


@dataclass(frozen=True, kw_only=True, slots=True)
class SignInLink:
    """A one-time link, as stored."""

    community_id: CommunityId
    role: Role
    name: str | None  # the name the account is to have, None: to be chosen
    account_id: AccountId | None  # the account it signs in, None: a new one is made


@dataclass(frozen=True, kw_only=True, slots=True)
class Session:
    """A signed-in account in one community."""

    account: Account
    community_id: CommunityId
    role: Role
    standing: Standing = NOBODY
    unread: int = 0  # what Tribune told the account and it has not read
