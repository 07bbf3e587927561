"""How the bot stands on Matrix, for its operator: asked beside a Tribune that may be running."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any

from nio.client.async_client import AsyncClient

from adapters.matrix import clients
from adapters.matrix.answers import answer
from adapters.matrix.asking import ask, path
from adapters.matrix.device_keys import fingerprint_of, of_device, published, stored_account
from adapters.matrix.identity import public_key
from adapters.matrix.line import Line
from adapters.matrix.operating import good_token, in_fours
from adapters.matrix.people import clean_name
from adapters.matrix.powers import Powers
from adapters.matrix.sessions import Session, Sessions
from adapters.matrix.settings import MatrixSettings
from adapters.matrix.signing import is_device_signed
from bot.errors import NetworkError, NetworkRefused, NetworkUnavailable
from bot.ports.clock import Clock

_STATE = ("m.room.name", "m.room.canonical_alias", "m.room.create", "m.room.encryption")
_FILTER = {
    "presence": {"types": []},
    "account_data": {"types": []},
    "room": {
        "timeline": {"types": [], "limit": 1},
        "state": {"types": list(_STATE)},
        "ephemeral": {"types": []},
        "account_data": {"types": []},
    },
}
Json = dict[str, Any]


async def status(settings: MatrixSettings, clock: Clock) -> AsyncIterator[str]:
    """Lines for people. Raises NetworkError."""
    sessions = Sessions(settings, clock)
    async with clients.closing(clients.plain_client(settings)) as client:
        yield f"homeserver: {settings.homeserver} ({await _version(client)})"
    session = sessions.kept() or (await sessions.enter() if settings.token is not None else None)
    if session is None:
        raise NetworkRefused(_nobody(settings))
    yield f"account: {session.user}"
    yield f"device: {session.device}, logged in since {session.since.isoformat(sep=' ', timespec='minutes')}"
    async with clients.closing(clients.plain_client(settings, session)) as client:
        await good_token(client)
        news = await ask(client, "GET", path("sync", timeout=0, filter=json.dumps(_FILTER)))
        for line in await _keys(client, settings, session, news):
            yield line
        yield f"rate limits: {await _limits(client)}"
        async for line in _rooms(client, clock, session, news):
            yield line


def _nobody(settings: MatrixSettings) -> str:
    if settings.password is not None:
        return f"{settings.user} is not logged in yet: Tribune does so when it starts, or `tribune matrix login` now"
    return f"nobody has logged {settings.user} in yet: run `tribune matrix login`"


async def _version(client: AsyncClient) -> str:
    """Not every homeserver tells everybody."""
    code, spoken = await answer(client, "GET", "/_matrix/client/versions")
    versions = spoken.get("versions")
    if code != 200 or not isinstance(versions, list):
        raise NetworkUnavailable(
            f"{client.homeserver} does not answer as a homeserver does ({code}): is it the right one?"
        )
    code, found = await answer(client, "GET", "/_matrix/federation/v1/version")
    server = found.get("server", {})
    if code == 200 and isinstance(server, dict) and server.get("name"):
        return f"{server['name']} {server.get('version', '')}".strip()
    code, found = await answer(client, "GET", "/_synapse/admin/v1/server_version")
    if code == 200 and found.get("server_version"):
        return f"Synapse {found['server_version']}"
    return f"it speaks Matrix {versions[-1]}" if versions else "it says of no version that it speaks it"


async def _keys(client: AsyncClient, settings: MatrixSettings, session: Session, news: Json) -> list[str]:
    found = await published(client)
    keys = of_device(found, session.user, session.device)
    if keys is None:
        return ["keys: none on the homeserver yet: they are made when Tribune starts"]
    shown = fingerprint_of(keys, session.device) or ""
    count = news.get("device_one_time_keys_count", {}).get("signed_curve25519", 0)
    lines = [f"device key: {in_fours(shown)}", f"one-time keys on the homeserver: {count}"]
    account = stored_account(settings, session)
    if account is None or account.identity_keys["ed25519"] != shown:
        lines.append(f"the device key is not the one in {settings.store}: run `tribune matrix login`")
    return [*lines, *_signature(found, session)]


def _signature(found: Json, session: Session) -> Iterator[str]:
    master = public_key(found.get("master_keys", {}).get(session.user, {}))
    if master is not None:
        yield f"master key: {in_fours(master)}"
    if is_device_signed(found, session.user, session.device):
        yield "cross-signing: the account has signed the device"
    else:
        yield "cross-signing: the device is not signed, and people are warned of it: run `tribune matrix verify`"


async def _limits(client: AsyncClient) -> str:
    """Only administrators of a homeserver see them, which the bot need not be."""
    code, found = await answer(client, "GET", f"/_synapse/admin/v1/users/{client.user_id}/override_ratelimit")
    if code != 200:
        return "cannot be seen with the bot's account (docs/matrix.md says how to lift them)"
    if "messages_per_second" not in found:
        return "not lifted for the bot (docs/matrix.md says how to)"
    if found["messages_per_second"] == 0:
        return "lifted for the bot"
    return f"{found['messages_per_second']} messages a second, {found.get('burst_count')} at once"


async def _rooms(client: AsyncClient, clock: Clock, session: Session, news: Json) -> AsyncIterator[str]:
    rooms = news.get("rooms", {})
    joined, invited = rooms.get("join", {}), rooms.get("invite", {})
    line = Line(clock)
    line.open(client, session.since)
    powers = Powers(line)
    yield f"rooms: {len(joined)}"
    for room, told in joined.items():
        state = _state([*_events(told, "state"), *_events(told, "timeline")])
        yield f"  {_shown(room, state)}: {_kind(state)}{await _lacking(powers, room, state)}"
    yield f"invitations that wait: {len(invited)}"
    for room, told in invited.items():
        events = _events(told, "invite_state")
        by = next((each.get("sender") for each in events if each.get("state_key") == session.user), None)
        yield f"  {_shown(room, _state(events))}" + (f": by {by}" if by else "")


async def _lacking(powers: Powers, room: str, state: Mapping[str, Json]) -> str:
    if _is_space(state):
        return ""  # nothing is posted there
    try:
        found = await powers.lacks(room)
    except NetworkError as error:
        return f": what the bot may do there cannot be seen ({error})"
    return f": the bot lacks: {'; '.join(found)}" if found else ": nothing is missing"


def _events(told: Json, which: str) -> list[Json]:
    found = told.get(which, {}).get("events", [])
    return [each for each in found if isinstance(each, dict)]


def _state(events: list[Json]) -> Mapping[str, Json]:
    return {each.get("type", ""): each.get("content", {}) for each in events if each.get("type") in _STATE}


def _shown(room: str, state: Mapping[str, Json]) -> str:
    names = state.get("m.room.name", {}).get("name"), state.get("m.room.canonical_alias", {}).get("alias")
    name = next((found for each in names if isinstance(each, str) and (found := clean_name(each))), "without a name")
    return f"{name} ({room})"


def _kind(state: Mapping[str, Json]) -> str:
    what = "space" if _is_space(state) else "room"
    crypt = "encrypted" if "m.room.encryption" in state else "not encrypted"
    return f"{what}, {crypt}, version {state.get('m.room.create', {}).get('room_version', '1')}"


def _is_space(state: Mapping[str, Json]) -> bool:
    return bool(state.get("m.room.create", {}).get("type") == "m.space")
