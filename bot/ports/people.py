"""What members do for themselves: who they are here, what they follow, what is kept of them.

Called by the commands; every method raises `RequestError` with a message for who asked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from bot.domain.model import Account, AccountId, CommunityId, Preferences, Role, Standing
from bot.domain.reputation import Coming
from bot.ports.moderation import Actor
from bot.ports.stores.people import Erased

TitleNames = Mapping[str, Mapping[str, str]]
"""What configured titles are called, by key and language."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Profile:
    """Who somebody is in a community."""

    accounts: Sequence[Account]
    standing: Standing
    coming: Coming | None
    follows: Sequence[str]
    preferences: Preferences
    titles: TitleNames = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Forgotten:
    """What forgetting came to. `without_admin` are the communities that have no admin any more."""

    erased: Erased
    without_admin: Sequence[str]


class Invitations(Protocol):
    """Makes one-time links that let somebody in on the page; implemented by the page."""

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
        """The whole address of a link that signs in `account_id`, or (None) makes a new account of the page with
        `name` (None: to be chosen). It grants `role` where that is more than the account has."""
        ...


class Links(Protocol):
    """The page's way of letting somebody in."""

    async def sign_in(self, by: Actor) -> str:
        """The address of a link, good once and for an hour, that signs in the member's account of the page; one is
        made where the member has none. Raises `RequestError` where that cannot be."""
        ...


class PeopleDesk(Protocol):
    """What members do for themselves."""

    async def profile(self, by: Actor) -> Profile: ...

    async def sign_in(self, by: Actor) -> str:
        """The address of a one-time link to the page."""
        ...

    async def choose_language(self, by: Actor, language: str | None) -> None:
        """Have what one is told written in a language, or (None) in that of the place it is about."""
        ...

    async def follows(self, by: Actor) -> Sequence[str]:
        """The words that are followed."""
        ...

    async def follow(self, by: Actor, word: str) -> str:
        """Follow a word or phrase; as it is followed now."""
        ...

    async def unfollow(self, by: Actor, word: str) -> str:
        """Follow it no longer; as it was followed."""
        ...

    async def notify(self, by: Actor, *, on: bool) -> None:
        """Be told, or not, of what one follows."""
        ...

    async def export(self, by: Actor) -> str:
        """All that is stored about the member, as JSON."""
        ...

    async def forget(self, by: Actor, *, leave: bool) -> Forgotten:
        """Forget the member; the only admin of a community has to say (`leave`) that it is left without one."""
        ...
