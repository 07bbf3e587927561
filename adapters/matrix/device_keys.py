"""The keys of the bot's device: put on the homeserver once, and known when they were lost."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import nio
import vodozemac
from nio.client.async_client import AsyncClient
from nio.crypto.sessions import OlmAccount

from adapters.matrix.asking import ask, path
from adapters.matrix.clients import broken, store_of, wrong_key
from adapters.matrix.failures import checked, translated
from adapters.matrix.sessions import Session
from adapters.matrix.settings import MatrixSettings
from bot.errors import NetworkRefused

_TAKEN = "already exists"  # what homeservers say of a one-time key that another one has the name of


async def publish(client: AsyncClient) -> None:
    """Put the device's keys on the homeserver where they are not there, and one-time keys where there are too few.

    Raises NetworkError; `NetworkRefused` where the keys there are not those of the client's store: that was lost.
    """
    if client.olm is None or not client.should_upload_keys:
        return
    if not client.olm.account.shared:
        await _not_lost(client, client.olm.account)
    with translated():
        answer = await client.keys_upload()
    if isinstance(answer, nio.KeysUploadError) and _TAKEN in str(answer.message):
        raise lost(client.user_id, client.device_id or "")
    checked(answer, nio.KeysUploadResponse)


async def published(client: AsyncClient) -> dict[str, Any]:
    """What the homeserver has of the account: "device_keys", "master_keys", … of `keys/query`, each by itself."""
    return await ask(client, "POST", path("keys", "query"), {"device_keys": {client.user_id: []}})


def of_device(found: dict[str, Any], user: str, device: str) -> dict[str, Any] | None:
    """A device's keys in an answer of `published`."""
    keys = found.get("device_keys", {}).get(user, {}).get(device)
    return keys if isinstance(keys, dict) else None


def fingerprint_of(keys: dict[str, Any], device: str) -> str | None:
    """The Ed25519 key by which people compare a device."""
    found = keys.get("keys", {}).get(f"ed25519:{device}")
    return found if isinstance(found, str) else None


async def _not_lost(client: AsyncClient, account: OlmAccount) -> None:
    """New keys must not take the place of a device's: people were shown those, and one-time keys would not fit."""
    device = client.device_id or ""
    keys = of_device(await published(client), client.user_id, device)
    if keys is not None and fingerprint_of(keys, device) != account.identity_keys["ed25519"]:
        raise lost(client.user_id, device)


def lost(user: str, device: str) -> NetworkRefused:
    """What is said where a device's keys are not those of the store."""
    return NetworkRefused(
        f"the keys of the bot's device {device} ({user}) are not in its folder any more: run `tribune matrix"
        " login`, which makes a new device (without token and device in [matrix]), or bring the folder back if it was"
        " only moved"
    )


def stored_account(settings: MatrixSettings, session: Session) -> OlmAccount | None:
    """A device's account from its store, read beside a client that may have it open; None where there is none yet.

    It is for signing and comparing: what is changed in it is not kept. Raises NetworkError.
    """
    file = store_of(settings, session)
    if not file.exists():
        return None
    try:
        found = _row(file, session)
    except sqlite3.Error as error:
        raise broken(file, error) from error
    if found is None:
        return None
    try:
        return OlmAccount.from_pickle(found[0], settings.key, bool(found[1]))
    except (vodozemac.PickleException, vodozemac.LibolmPickleException) as error:
        raise wrong_key(file) from error


def _row(file: Path, session: Session) -> tuple[bytes, int] | None:
    with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        asked = "SELECT account, shared FROM accounts WHERE user_id = ? AND device_id = ?"
        found: tuple[bytes, int] | None = connection.execute(asked, (session.user, session.device)).fetchone()
    return found
