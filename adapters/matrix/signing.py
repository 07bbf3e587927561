"""Cross-signing: the bot's device is signed by its account, so that clients share keys with it and show no warning."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nio.client.async_client import AsyncClient
from nio.crypto.sessions import OlmAccount

from adapters.matrix.answers import answer
from adapters.matrix.asking import ask, path
from adapters.matrix.device_keys import fingerprint_of, lost, of_device, publish, published
from adapters.matrix.failures import refusal
from adapters.matrix.identity import MASTER, SELF_SIGNING, Identity, canonical, is_signed, public_key, with_signature
from adapters.matrix.settings import MatrixSettings
from adapters.matrix.vault import Vault
from bot.errors import NetworkRefused, NetworkUnavailable

KEPT = "signing"
Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Signed:
    """How the device stands: its fingerprint, the account's master key, and what was done for it just now."""

    fingerprint: str
    master: str
    set_up: bool  # the account's keys were put on the homeserver
    signed: bool  # the device was signed


class PasswordWanted(NetworkRefused):
    """The homeserver asks for the account's password, and nobody gave it."""


async def sign(
    client: AsyncClient,
    settings: MatrixSettings,
    vault: Vault,
    password: str | None = None,
    *,
    replace: bool = False,
) -> Signed:
    """Put the device's keys on the homeserver and have the account sign them; what is done already is left alone.

    The client has its store open. `replace`: keys of the account that somebody else set up are replaced.
    Raises NetworkError; `NetworkRefused` says what is to be done where a password is wanted, or somebody else's keys
    are there.
    """
    if client.olm is None:
        raise ValueError("a client without its store cannot sign")
    await publish(client)
    return await sign_device(client, client.olm.account, settings, vault, password, replace=replace)


async def sign_device(
    client: AsyncClient,
    account: OlmAccount,
    settings: MatrixSettings,
    vault: Vault,
    password: str | None = None,
    *,
    replace: bool = False,
) -> Signed:
    """The same with a plain client, for a device whose keys are on the homeserver and whose account is given."""
    user, device = client.user_id, client.device_id or ""
    found = await published(client)
    keys = of_device(found, user, device)
    if keys is None:
        raise NetworkUnavailable(
            "the homeserver has no keys of the bot's device yet: once Tribune is connected it has, try again then"
        )
    fingerprint = fingerprint_of(keys, device)
    if fingerprint is None or fingerprint != account.identity_keys["ed25519"]:
        raise lost(user, device)
    identity = _identity(vault, user, found, replace=replace)
    set_up = not _is_set_up(identity, found)
    if set_up:
        await _upload(client, identity, password or settings.password)
        found = await published(client)
    master = found.get("master_keys", {}).get(user)
    if not isinstance(master, dict):
        raise NetworkUnavailable("the homeserver does not tell the account's keys back yet: try again later")
    signing = _signatures(identity, account, keys, master, device)
    if signing:
        await _hand_in(client, signing)
    return Signed(fingerprint=fingerprint, master=identity.public(MASTER), set_up=set_up, signed=bool(signing))


def is_device_signed(found: Mapping[str, Any], user: str, device: str) -> bool:
    """Whether what `published` answered holds a good chain from the master key to the device."""
    master, below = (found.get(each, {}).get(user, {}) for each in ("master_keys", "self_signing_keys"))
    top, middle = public_key(master), public_key(below)
    keys = of_device(dict(found), user, device)
    if top is None or middle is None or keys is None:
        return False
    return is_signed(below, user, top) and is_signed(keys, user, middle)


def kept_identity(vault: Vault, user: str) -> Identity | None:
    """The account's keys as they are kept; None where there are none. Raises `NetworkRefused`."""
    text = vault.read(KEPT)
    identity = Identity.loads(text) if text is not None else None
    return identity if identity is not None and identity.user == user else None


def _identity(vault: Vault, user: str, found: Json, *, replace: bool) -> Identity:
    """The account's keys: those that are kept, else new ones, which are kept before anybody hears of them.

    Keys that were replaced once are not used again: Synapse fails on them.
    """
    identity, there = kept_identity(vault, user), public_key(found.get("master_keys", {}).get(user, {}))
    if identity is not None and there in (None, identity.public(MASTER)):
        return identity
    if there is not None and not replace:
        raise NetworkRefused(
            f"cross-signing is set up for {user} already, with keys that are not in the bot's folder: bring"
            " signing.sealed back into it, or run `tribune matrix verify --replace`, after which who has verified the"
            " bot is told that it has changed"
        )
    identity = Identity.new(user)
    vault.write(KEPT, identity.dumps())
    return identity


def _is_set_up(identity: Identity, found: Mapping[str, Any]) -> bool:
    user = identity.user
    master, below = (found.get(each, {}).get(user, {}) for each in ("master_keys", "self_signing_keys"))
    return (
        public_key(master) == identity.public(MASTER)
        and public_key(below) == identity.public(SELF_SIGNING)
        and is_signed(below, user, identity.public(MASTER))
    )


def _signatures(identity: Identity, account: OlmAccount, keys: Json, master: Json, device: str) -> Json:
    """What is to be handed in: the device signed by the account, and the account by the device."""
    user, wanted = identity.user, {}
    if not is_signed(keys, user, identity.public(SELF_SIGNING)):
        wanted[device] = identity.signed(SELF_SIGNING, _bare(keys))
    if not is_signed(master, user, account.identity_keys["ed25519"], name=device):
        signature = account.sign(canonical(master).decode())
        wanted[identity.public(MASTER)] = with_signature(_bare(master), user, f"ed25519:{device}", signature)
    return {user: wanted} if wanted else {}


def _bare(thing: Json) -> Json:
    """Without the signatures that are there: those of devices that are gone would be refused with the new one."""
    return {name: value for name, value in thing.items() if name != "signatures"}


async def _hand_in(client: AsyncClient, signatures: Json) -> None:
    found = await ask(client, "POST", path("keys", "signatures", "upload"), signatures)
    if refused := found.get("failures"):
        said = json.dumps(refused)[:300]
        raise NetworkRefused(f"the homeserver does not take the signature of the bot's device: {said}")


async def _upload(client: AsyncClient, identity: Identity, password: str | None) -> None:
    """Homeservers let a first set of keys in as it is, and want the password for another one."""
    where, keys = path("keys", "device_signing", "upload"), identity.keys()
    status, found = await answer(client, "POST", where, keys)
    if status == 401 and "flows" in found:
        auth = proof(identity.user, password, found)
        status, found = await answer(client, "POST", where, {**keys, "auth": auth})
        if status == 401 and "flows" in found:
            raise NetworkRefused(f"the homeserver does not take the password of {identity.user}: check both")
    if status >= 400:
        raise refusal(status, found.get("errcode"), str(found.get("error", "")), found.get("retry_after_ms"))


def proof(user: str, password: str | None, asked: Json) -> Json:
    """What shows that it is the account's owner who replaces its keys."""
    stages = [flow.get("stages") for flow in asked["flows"] if isinstance(flow, dict)]
    if ["m.login.password"] not in stages:
        places = (each.get("url") for each in asked.get("params", {}).values() if isinstance(each, dict))
        where = next((str(each) for each in places if each), "its own page")
        raise NetworkRefused(
            f"the homeserver wants the account's owner to approve new keys at {where}: do so, and run"
            " `tribune matrix verify`"
        )
    if password is None:
        raise PasswordWanted(
            f"the homeserver wants the password of {user} to set up cross-signing: run `tribune matrix verify` at a"
            " terminal"
        )
    return {
        "type": "m.login.password",
        "identifier": {"type": "m.id.user", "user": user},
        "password": password,
        "session": asked.get("session"),
    }
