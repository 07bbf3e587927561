"""One-time links to the page for members who come from elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

from adapters.web import refs
from adapters.web.names import LONGEST, clean_name
from adapters.web.settings import WebSettings
from adapters.web.tokens import random_token, token_hash
from adapters.web.visit import prefix_of
from bot.domain.model import Account, MemberId, Role
from bot.errors import RequestError
from bot.ports.clock import Clock
from bot.ports.moderation import Actor
from bot.ports.stores import Store, Tx

LIFETIME = timedelta(hours=1)
TRIES = 50

_NO_NAME = "No name for you is free on the page: ask an admin for a sign-in link."


class PageLinks:
    """See `bot.ports.people.Links`."""

    def __init__(self, store: Store, settings: Callable[[], WebSettings], clock: Clock) -> None:
        """`settings` are asked for when a link is made: the port may only be known then."""
        self._store = store
        self._settings = settings
        self._clock = clock

    async def sign_in(self, by: Actor) -> str:
        token, now = random_token(), self._clock.now()

        async def work(tx: Tx) -> str:
            account = await self._account(tx, by)
            await tx.members.add_link(
                token_hash(token),
                community_id=by.community_id,
                role=Role.MEMBER,
                name=None,
                account_id=account.id,
                expires_at=now + LIFETIME,
                now=now,
            )
            return next(prefix_of(each) for each in await tx.places.communities() if each.id == by.community_id)

        prefix = await self._store.write(work)
        return f"{self._settings().base}{prefix}/signin/{token}"

    async def _account(self, tx: Tx, by: Actor) -> Account:
        """The member's account of the page, made where there is none."""
        assert by.member_id is not None
        accounts = await tx.people.own_accounts(by.community_id, by.member_id)
        here = next((each for each in accounts if each.network == refs.NETWORK), None)
        return here or await self._made(tx, by, by.member_id, accounts[0].name if accounts else "")

    async def _made(self, tx: Tx, by: Actor, member_id: MemberId, name: str) -> Account:
        now = self._clock.now()
        for wanted in _names(name):
            ref = refs.account(random_token())
            made = await tx.members.register(by.community_id, refs.NETWORK, ref, wanted, now=now, member_id=member_id)
            if made is not None:
                subject = f"account:{made.id}"
                await tx.journal.log(
                    by.community_id, at=now, account_id=by.account_id, action="account.link", subject=subject
                )
                return made
        raise RequestError(_NO_NAME)


def _names(name: str) -> Iterator[str]:
    """Names like the one that somebody has elsewhere."""
    try:
        first = clean_name(name)
    except RequestError:
        first = "Member"
    yield first
    for number in range(2, TRIES):
        ending = f" {number}"
        yield first[: LONGEST - len(ending)].rstrip() + ending
