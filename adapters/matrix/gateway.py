"""The connection to the homeserver: the session, the loop, and what becomes of failures."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta

import structlog

from adapters.matrix import refs
from adapters.matrix.client import Client, make_client
from adapters.matrix.failures import TokenRefused
from adapters.matrix.line import Line
from adapters.matrix.news import Listener
from adapters.matrix.patience import Limits, Patience
from adapters.matrix.position import Position
from adapters.matrix.quiet import keep_quiet
from adapters.matrix.sessions import Session, Sessions
from adapters.matrix.settings import MatrixSettings
from adapters.matrix.signing import sign
from adapters.matrix.syncing import Syncing
from bot.errors import NetworkError
from bot.ports.chat import ChatDesk
from bot.ports.clock import Clock
from bot.ports.network import Emit

log = structlog.get_logger()

LOOKS_EVERY = 15.0
"""Seconds between two looks whether the operator has logged in again; the homeserver is not asked."""

TRIED_AGAIN = 900.0
"""Seconds after which a token that was refused is tried again: something before the homeserver may have said so."""

LOGS_IN_EVERY = timedelta(hours=1)
"""How often the bot logs in by itself at most: each login is another device."""

_LOG_IN = "log in again with `tribune matrix login`; it is noticed without a restart"


class Gateway:
    """Logs in, listens, and says clearly why it cannot."""

    def __init__(
        self,
        line: Line,
        settings: MatrixSettings,
        listening: Callable[[Emit], Listener],
        *,
        chat: ChatDesk,
        clock: Clock,
        looks_every: float = LOOKS_EVERY,
    ) -> None:
        self._line = line
        self._settings = settings
        self._listening = listening
        self._chat = chat
        self._clock = clock
        self._looks_every = looks_every
        self._sessions = Sessions(settings, clock)
        self._patience = Patience(line)
        self._limits = Limits(settings.user, clock)
        self._told: str | None = None  # the token that the operator was told of
        self._tried_at: datetime | None = None

    async def run(self, emit: Emit) -> None:
        """Log in and listen until cancelled. Raises NetworkError; what `emit` raises comes out as it is."""
        keep_quiet()
        while True:
            session = await self._session()
            try:
                await self._listen(session, emit)
            except TokenRefused:
                await self._renew(session)

    async def _session(self) -> Session:
        """The one that is kept, else a new one."""
        kept = self._sessions.kept()
        if kept is not None:
            return kept
        if self._settings.password is None and self._settings.token is None:
            log.error("Matrix: nobody has logged the bot in yet", remedy=_LOG_IN)
            return await self._another(than=None)
        return await self._patience.insist(self._sessions.log_in)

    async def _listen(self, session: Session, emit: Emit) -> None:
        """Listen on one client, until somebody has logged in anew; nothing of it is left running."""
        client, listener = make_client(self._settings, session, self._limits), self._listening(emit)
        syncing = Syncing(
            client,
            listener,
            emit,
            Position(self._chat, session, self._clock),
            self._patience,
            ready=lambda: self._line.open(client, session.since),
            secured=lambda: self._sign(client),
            is_channel=self._is_channel,
            clock=self._clock,
            sync_for=self._settings.sync_for,
        )
        try:
            await _first(syncing.run(), self._another(than=session))
        finally:
            await listener.end()
            self._line.close()
            await client.close()

    async def _is_channel(self, room: str) -> bool:
        return await self._chat.place(None, refs.channel(room)) is not None

    async def _sign(self, client: Client) -> None:
        """Have the account sign the bot's device. Without it the bot works where people's clients do not insist."""
        try:
            await sign(client, self._settings, self._sessions.vault)
        except NetworkError as error:
            log.warning("Matrix: the bot's device is not signed", reason=str(error))

    async def _renew(self, session: Session) -> None:
        """A token was refused: log in again where the bot may, else wait until somebody has. Returns at the latest
        when the old one is to be tried again."""
        if self._sessions.kept() not in (None, session):
            return  # somebody has logged in anew
        if self._may_log_in(session) and await self._logs_in():
            return
        if self._told != session.token:
            self._told = session.token
            log.error("Matrix: the homeserver does not take the bot's token", remedy=_LOG_IN)
        await _first(self._another(than=session), asyncio.sleep(TRIED_AGAIN))

    def _may_log_in(self, session: Session) -> bool:
        """Not soon after the last login, be it one that failed."""
        last = max(session.since, self._tried_at or session.since)
        return self._settings.password is not None and self._clock.now() - last >= LOGS_IN_EVERY

    async def _logs_in(self) -> bool:
        self._tried_at = self._clock.now()
        try:
            await self._sessions.log_in()
        except NetworkError as error:
            log.error("Matrix: the bot cannot log in again", reason=str(error))
            return False
        log.warning("Matrix: the homeserver did not take the bot's token: it has logged in as a new device")
        return True

    async def _another(self, than: Session | None) -> Session:
        """Returns when a session is kept that is another one."""
        while True:
            await asyncio.sleep(self._looks_every)
            kept = self._sessions.kept()
            if kept is not None and kept != than:
                return kept


async def _first(*these: Coroutine[object, object, object]) -> None:
    """Returns when one of these does, or raises what it raises; nothing of the others goes on."""
    tasks = [asyncio.ensure_future(each) for each in these]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for each in tasks:
            each.cancel()
        await asyncio.wait(tasks)
    for each in tasks:
        if not each.cancelled():
            each.result()
