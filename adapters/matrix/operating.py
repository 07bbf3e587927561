"""What operators do about who the bot is: log it in, have its device signed, compare its keys."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from nio.client.async_client import AsyncClient

from adapters.matrix import clients
from adapters.matrix.answers import answer
from adapters.matrix.asking import path
from adapters.matrix.device_keys import stored_account
from adapters.matrix.sessions import Session, Sessions
from adapters.matrix.settings import MatrixSettings
from adapters.matrix.signing import PasswordWanted, Signed, sign, sign_device
from bot.errors import NetworkError, NetworkRefused, NetworkUnavailable
from bot.ports.clock import Clock

Say = Callable[[str], None]
AskPassword = Callable[[], str | None]
"""Asks the operator for the account's password; None where there is nobody to ask."""


class Operating:
    """Works beside a Tribune, or without one: `running` says which. What is done is said at once, line by line.

    Everything raises NetworkError, after what was done has been said.
    """

    def __init__(self, settings: MatrixSettings, clock: Clock, say: Say, *, running: bool) -> None:
        self._settings = settings
        self._clock = clock
        self._say = say
        self._running = running

    async def log_in(self, ask: AskPassword) -> None:
        """Log in as a new device, or with the configured token; keep that, and have the device signed."""
        settings = self._with_password(ask)
        sessions = Sessions(settings, self._clock)
        before = sessions.kept() if settings.token is None else None
        session = await self._entered(sessions, settings)
        self._say(f"Logged in: {session.user} on {settings.homeserver}, device {session.device}.")
        try:
            await self._signed(sessions, session, ask, settings, new=settings.token is None)
        finally:
            # Only now, since a running Tribune takes up what is kept, and with it the device's store.
            sessions.keep(session)
            self._say(
                f"It is kept, encrypted, in {settings.store}: keep a copy of signing.sealed there, and of the key."
            )
            await self._leave_behind(sessions, before, session)
        self._say(self._next(session))

    async def verify(self, ask: AskPassword, *, replaces: bool = False) -> None:
        """Have the device signed where it is not, and show what people compare."""
        sessions = Sessions(self._settings, self._clock)
        session = sessions.kept() or await self._by_token(sessions)
        async with clients.closing(clients.plain_client(self._settings, session)) as client:
            await good_token(client)
        await self._signed(sessions, session, ask, self._settings, replaces=replaces)

    def _with_password(self, ask: AskPassword) -> MatrixSettings:
        if self._settings.token is not None or self._settings.password is not None:
            return self._settings
        password = ask()
        if password is None:
            raise NetworkRefused(f"the password of {self._settings.user} is not there: give it with --password-stdin")
        return replace(self._settings, password=password)

    async def _by_token(self, sessions: Sessions) -> Session:
        if self._settings.token is None:
            raise NetworkRefused(f"nobody has logged {self._settings.user} in yet: run `tribune matrix login`")
        session = await self._entered(sessions, self._settings)
        sessions.keep(session)
        return session

    async def _entered(self, sessions: Sessions, settings: MatrixSettings) -> Session:
        if settings.token is not None:
            async with clients.closing(clients.plain_client(settings)) as client:
                client.access_token = settings.token
                await good_token(client)
        return await sessions.enter()

    async def _signed(
        self,
        sessions: Sessions,
        session: Session,
        ask: AskPassword,
        settings: MatrixSettings,
        *,
        new: bool = False,
        replaces: bool = False,
    ) -> None:
        """`new`: nobody else knows the device, so that its store is free."""

        async def once(password: str | None) -> Signed:
            if self._running and not new:
                return await self._beside(sessions, session, password, replaces=replaces)
            async with clients.closing(clients.encrypting_client(settings, session)) as client:
                return await sign(client, settings, sessions.vault, password, replace=replaces)

        try:
            done = await once(settings.password)
        except PasswordWanted:
            password = ask()
            if password is None:
                raise
            done = await once(password)
        self._tell(done)

    async def _beside(self, sessions: Sessions, session: Session, password: str | None, *, replaces: bool) -> Signed:
        """A running Tribune has the device's store open: it is only read."""
        account = stored_account(self._settings, session)
        if account is None:
            raise NetworkUnavailable(
                "Tribune is running and has made no keys for its device yet: try again in a moment"
            )
        async with clients.closing(clients.plain_client(self._settings, session)) as client:
            return await sign_device(client, account, self._settings, sessions.vault, password, replace=replaces)

    def _tell(self, done: Signed) -> None:
        if done.set_up:
            self._say("Cross-signing is set up for the account.")
        self._say("The account has signed the device." if done.signed else "The account had signed the device already.")
        self._say(f"device key (for comparing): {in_fours(done.fingerprint)}")
        self._say(f"master key (for comparing): {in_fours(done.master)}")

    async def _leave_behind(self, sessions: Sessions, before: Session | None, session: Session) -> None:
        """The former device is logged out, by which a Tribune that runs as it notices that there is another one."""
        if before is not None and before.device != session.device:
            async with clients.closing(clients.plain_client(self._settings, before)) as client:
                self._say(await _logged_out(client, before))
        if not self._running:
            sessions.discard_others(session)

    def _next(self, session: Session) -> str:
        if self._running:
            return "Tribune is running: it goes on as this device within a minute, or its log says why not."
        return f"Next: start Tribune with `tribune run`, and invite {session.user} into a room."


async def good_token(client: AsyncClient) -> None:
    """Raises `NetworkRefused` where the homeserver does not take the client's token."""
    status, _ = await answer(client, "GET", path("account", "whoami"))
    if status == 401:
        raise NetworkRefused(
            "the homeserver does not take the bot's token any more: run `tribune matrix login` (where a token stands in"
            " [matrix], write a new one with its device, or neither)"
        )


def in_fours(key: str) -> str:
    """A key as clients show it, in groups of four."""
    return " ".join(key[at : at + 4] for at in range(0, len(key), 4))


async def _logged_out(client: AsyncClient, session: Session) -> str:
    try:
        status, _ = await answer(client, "POST", path("logout"), {})
    except NetworkError as error:
        status, why = 0, str(error)
    else:
        why = f"the homeserver answers {status}"
    if status in (200, 401):
        return f"The former device {session.device} is logged out."
    return f"The former device {session.device} could not be logged out ({why}): remove it with a client."
