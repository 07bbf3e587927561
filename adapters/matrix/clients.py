"""Clients of nio's, as the house makes them: they try nothing again by themselves."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import nio
from nio.client.async_client import AsyncClient, AsyncClientConfig
from peewee import PeeweeException

from adapters.matrix.quiet import keep_quiet
from adapters.matrix.settings import MatrixSettings
from adapters.matrix.vault import accessible, private
from bot.errors import NetworkRefused

if TYPE_CHECKING:
    from adapters.matrix.sessions import Session  # which logs in with a client of these

Made = TypeVar("Made", bound=AsyncClient)


def plain_client(settings: MatrixSettings, session: Session | None = None) -> AsyncClient:
    """One that reads no encrypted message, and opens no store; logged in where there is a session."""
    keep_quiet()
    config = AsyncClientConfig(max_limit_exceeded=0, max_timeouts=0, encryption_enabled=False, store_sync_tokens=False)
    client = AsyncClient(settings.homeserver, settings.user, config=config)
    if session is not None:
        client.restore_login(session.user, session.device, session.token)
    return client


def encrypting_client(settings: MatrixSettings, session: Session) -> AsyncClient:
    """One with the device's store. Raises `NetworkRefused`, as `opened` does."""
    config = encrypting(settings)
    client = AsyncClient(settings.homeserver, settings.user, store_path=str(settings.store), config=config)
    return opened(client, settings, session)


def encrypting(settings: MatrixSettings, *, answered_within: float = 60.0) -> AsyncClientConfig:
    """How a client is that keeps its keys; `answered_within`: seconds for all calls but those that say otherwise."""
    return AsyncClientConfig(
        max_limit_exceeded=0,
        max_timeouts=0,
        request_timeout=answered_within,
        encryption_enabled=True,
        store_sync_tokens=False,
        pickle_key=settings.key,
    )


def opened(client: Made, settings: MatrixSettings, session: Session) -> Made:
    """The client, logged in, with its device's store open, which nobody else may have open. Raises `NetworkRefused`
    where the store cannot be read, or not with the key."""
    keep_quiet()
    with accessible(settings.store):
        private(settings.store)
    try:
        client.restore_login(session.user, session.device, session.token)
    except (ValueError, nio.EncryptionError) as error:
        if client.store is not None:
            client.store.database.close()
        raise wrong_key(store_of(settings, session)) from error
    except PeeweeException as error:
        raise broken(store_of(settings, session), error) from error
    return client


def store_of(settings: MatrixSettings, session: Session) -> Path:
    """The file in which nio keeps a device's keys."""
    return settings.store / f"{session.user}_{session.device}.db"


def wrong_key(file: Path) -> NetworkRefused:
    """What is said where a store was written with another key."""
    return NetworkRefused(
        f"{file} does not open with the key of [matrix]: write the key that it was written with, or remove the file"
        " and run `tribune matrix login`"
    )


def broken(file: Path, error: Exception) -> NetworkRefused:
    """What is said where a store is no database any more, or nobody may read it."""
    return NetworkRefused(
        f"{file} cannot be opened ({error}): give it to the user that Tribune runs as; where it is damaged, remove it"
        " and run `tribune matrix login`"
    )


async def close(client: AsyncClient) -> None:
    """End its connections, and give its store back."""
    await client.close()  # type: ignore[no-untyped-call]
    if client.store is not None:
        client.store.database.close()


@asynccontextmanager
async def closing(client: AsyncClient) -> AsyncIterator[AsyncClient]:
    """Close it at the end, however that comes."""
    try:
        yield client
    finally:
        await close(client)
