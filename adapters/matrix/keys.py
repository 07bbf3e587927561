"""Encrypting for everybody who is in a room.

nio's own `room_send` waits for ever where sharing a key failed once, takes a key for shared where handing it over
failed, and breaks on refusals: so the steps are taken here, one after the other, and what fails is raised.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import uuid4

import nio
import structlog
from nio.client.async_client import AsyncClient
from nio.crypto.olm_machine import Olm

from adapters.matrix.asking import ask, path
from adapters.matrix.failures import checked
from adapters.matrix.markers import MARKER
from bot.errors import NetworkRefused, NetworkUnavailable

log = structlog.get_logger()

_KEY = "signed_curve25519"
_TURNS = 5  # of sharing a key, while people come and go


class Keys:
    """Shares a room's key with the devices of its people, once at a time in each room."""

    def __init__(self) -> None:
        self._sharing: dict[str, asyncio.Lock] = {}

    async def encrypted(
        self, client: AsyncClient, room: str, kind: str, content: Mapping[str, Any]
    ) -> tuple[str, Mapping[str, Any]]:
        """What is sent in place of an event of this kind: its kind and its content. Raises NetworkError."""
        olm = client.olm
        if olm is None:
            raise NetworkRefused("the room is encrypted, and the bot cannot encrypt")
        async with self._sharing.setdefault(room, asyncio.Lock()):
            for _ in range(_TURNS):
                there = client.rooms.get(room)
                if there is None:
                    break
                if there.members_synced and not olm.should_share_group_session(room):
                    name, sealed = client.encrypt(room, kind, dict(content))
                    return name, {**sealed, **_marked(content)}
                await _share(client, olm, there)
        raise NetworkUnavailable("who is in the encrypted room changes just now", retry_after=timedelta(seconds=2))


async def _share(client: AsyncClient, olm: Olm, room: nio.MatrixRoom) -> None:
    """Hand the room's key to all; those who come meanwhile get it by another turn."""
    await _know_devices(client, olm, room)
    people = set(room.users)
    sharing = olm.share_group_session_parallel(room.room_id, list(people), ignore_unverified_devices=True)
    for devices, messages in sharing:
        await ask(client, "PUT", path("sendToDevice", "m.room.encrypted", uuid4().hex), messages)
        await client.receive_response(nio.ShareGroupSessionResponse(room.room_id, devices))
    session = olm.outbound_group_sessions.get(room.room_id)
    if session is not None:  # nio takes who came meanwhile for somebody without a device
        session.shared = set(room.users) == people


def _marked(content: Mapping[str, Any]) -> Mapping[str, Any]:
    """What stands beside the ciphertext, so that the bot finds its messages as another device; it tells nothing."""
    return {MARKER: content[MARKER]} if MARKER in content else {}


async def _know_devices(client: AsyncClient, olm: Olm, room: nio.MatrixRoom) -> None:
    """Everybody's devices, each with a way to reach it; one that offers none cannot be reached."""
    if not room.members_synced:
        there = await ask(client, "GET", path("rooms", room.room_id, "joined_members"))
        await _heard(client, nio.JoinedMembersResponse.from_dict(there, room.room_id), nio.JoinedMembersResponse)
    # A homeserver that does not answer for its people is asked at each sharing, not for each message.
    if people := olm.users_for_key_query:
        await ask_for_devices(client, people)
    if missing := olm.get_missing_sessions(list(room.users)):
        await claim(client, missing, room.room_id)


async def ask_for_devices(client: AsyncClient, people: Iterable[str]) -> None:
    """Learn which devices people have; those of whom something malformed is told have none. Raises NetworkError."""
    answer = await ask(client, "POST", path("keys", "query"), {"device_keys": {each: [] for each in people}})
    told = answer.get("device_keys")
    # nio takes what one person's homeserver says malformed for a malformed answer, or trips over it: each by itself.
    for user, devices in told.items() if isinstance(told, dict) else ():
        heard = nio.KeysQueryResponse.from_dict({"device_keys": {user: devices}, "failures": {}})
        if isinstance(heard, nio.KeysQueryError):
            continue
        try:
            await client.receive_response(heard)
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            log.info("Matrix: malformed keys of devices were left out", user=user, reason=repr(error))


async def claim(client: AsyncClient, missing: Mapping[str, Iterable[str]], room: str = "") -> None:
    """Take a one-time key of each of these devices of people, so that it can be written to. Raises NetworkError."""
    wanted = {user: dict.fromkeys(devices, _KEY) for user, devices in missing.items()}
    keys = await ask(client, "POST", path("keys", "claim"), {"one_time_keys": wanted})
    for user, device, offered in well_formed(keys):
        told = nio.KeysClaimResponse({user: {device: offered}}, {}, room)
        with suppress(ValueError):  # what is no key is signed all the same: its device cannot be reached
            await client.receive_response(told)


def well_formed(answer: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """The one-time keys among what people's own homeservers say are theirs: user, device, the key by its name. nio
    breaks where it reads anything else."""
    people = answer.get("one_time_keys")
    for user, devices in people.items() if isinstance(people, dict) else ():
        for device, keys in devices.items() if isinstance(devices, dict) else ():
            for name, key in keys.items() if isinstance(keys, dict) else ():
                if (
                    isinstance(key, dict)
                    and isinstance(key.get("key"), str)
                    and isinstance(key.get("signatures"), dict)
                ):
                    yield user, device, {name: key}


async def _heard(client: AsyncClient, answer: object, kind: type[nio.Response]) -> None:
    await client.receive_response(checked(answer, kind))
