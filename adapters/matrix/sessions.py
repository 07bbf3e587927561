"""Who the bot is on Matrix: its account, the device that it logged in as, and the token for it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import nio

from adapters.matrix import clients
from adapters.matrix.asking import ask, path
from adapters.matrix.failures import FORBIDDEN, checked, translated
from adapters.matrix.settings import MatrixSettings
from adapters.matrix.vault import Vault, accessible
from bot.errors import NetworkRefused
from bot.ports.clock import Clock

DEVICE_NAME = "Tribune"
KEPT = "session"


@dataclass(frozen=True, slots=True)
class Session:
    """A device that is logged in. `since`: when it was."""

    user: str
    device: str
    token: str = field(repr=False)
    since: datetime


class Sessions:
    """Logs the bot in, once, and remembers it in the vault of `settings.store`."""

    def __init__(self, settings: MatrixSettings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self.vault = Vault(settings.store, settings.key)

    def kept(self) -> Session | None:
        """The session that is kept for what is configured. Raises `NetworkRefused` where the key does not open it."""
        found = self._read()
        if found is None:
            return None
        configured = self._settings.token, self._settings.device
        return found if configured in ((None, None), (found.token, found.device)) else None

    async def log_in(self) -> Session:
        """Log in as what is configured says, and keep it: with the token, else as a new device with the password.

        What nio kept for the bot's former devices is removed: nobody may work with it any more. Raises NetworkError.
        """
        session = await self.enter()
        self.keep(session)
        self.discard_others(session)
        return session

    async def enter(self) -> Session:
        """The same, and nothing is kept or removed."""
        if self._settings.token is not None:
            return await self._with_token(self._settings.token)
        if self._settings.password is not None:
            return await self._with_password(self._settings.password)
        raise NetworkRefused(
            f"nobody has logged {self._settings.user} in yet: run `tribune matrix login`, or write its password into"
            " the table [matrix]"
        )

    def keep(self, session: Session) -> None:
        """From now on `kept` returns it. Raises `NetworkRefused` where it cannot be written."""
        told = {
            "homeserver": self._settings.homeserver,
            "user": session.user,
            "device": session.device,
            "token": session.token,
            "since": session.since.isoformat(),
        }
        self.vault.write(KEPT, json.dumps(told).encode())

    def forget(self) -> None:
        """From now on `kept` returns None."""
        self.vault.remove(KEPT)

    def discard_others(self, session: Session) -> None:
        """Remove what nio kept for other devices of the account. Raises `NetworkRefused`."""
        with accessible(self._settings.store):
            for each in list(self._stores()):
                if not each.name.startswith(f"{session.user}_{session.device}."):
                    each.unlink(missing_ok=True)

    def _stores(self) -> Iterator[Path]:
        folder = self._settings.store
        if folder.is_dir():
            yield from (each for each in folder.iterdir() if each.name.startswith(f"{self._settings.user}_"))

    def _read(self) -> Session | None:
        """What is kept for this account on this homeserver."""
        found = self.vault.read(KEPT)
        told = json.loads(found) if found is not None else {}
        if (told.get("homeserver"), told.get("user")) != (self._settings.homeserver, self._settings.user):
            return None
        return Session(
            user=told["user"],
            device=told["device"],
            token=told["token"],
            since=datetime.fromisoformat(told["since"]),
        )

    async def _with_token(self, token: str) -> Session:
        user, device = self._settings.user, self._settings.device or ""
        async with clients.closing(clients.plain_client(self._settings)) as client:
            client.access_token = token
            found = await ask(client, "GET", path("account", "whoami"))
        if (found.get("user_id"), found.get("device_id")) != (user, device):
            raise NetworkRefused(
                f"the token of [matrix] is that of {found.get('user_id')}, device {found.get('device_id')}, and not of"
                f" {user}, device {device}: write the three as they belong together"
            )
        return Session(user=user, device=device, token=token, since=self._since(device))

    def _since(self, device: str) -> datetime:
        """A device is as old as it was, with a new token too."""
        before = self._read()
        return before.since if before is not None and before.device == device else self._clock.now()

    async def _with_password(self, password: str) -> Session:
        async with clients.closing(clients.plain_client(self._settings)) as client:
            with translated():
                answer = await client.login(password, DEVICE_NAME)
        if isinstance(answer, nio.LoginError) and answer.status_code == FORBIDDEN:
            raise NetworkRefused(f"the homeserver does not take the password of {self._settings.user}: check both")
        found = checked(answer, nio.LoginResponse)
        if found.user_id != self._settings.user:
            raise NetworkRefused(
                f"the homeserver logged {found.user_id} in for {self._settings.user}: write the name into [matrix] as"
                " the homeserver has it"
            )
        return Session(user=found.user_id, device=found.device_id, token=found.access_token, since=self._clock.now())
