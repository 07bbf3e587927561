"""The account's three keys of cross-signing: a master key, one that signs its devices, and one for other people."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import vodozemac
from Crypto.PublicKey import ECC
from Crypto.Signature import eddsa
from nio.api import Api

MASTER, SELF_SIGNING, USER_SIGNING = "master", "self_signing", "user_signing"
USAGES = (MASTER, SELF_SIGNING, USER_SIGNING)
_SEED = 32
Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Identity:
    """An account's keys, by their seeds: 32 bytes for each usage."""

    user: str
    seeds: Mapping[str, bytes] = field(repr=False)

    @classmethod
    def new(cls, user: str) -> Identity:
        return cls(user=user, seeds={each: secrets.token_bytes(_SEED) for each in USAGES})

    @classmethod
    def loads(cls, text: bytes) -> Identity:
        """What `dumps` has written."""
        found = json.loads(text)
        seeds = {each: base64.b64decode(found["seeds"][each]) for each in USAGES}
        return cls(user=found["user"], seeds=seeds)

    def dumps(self) -> bytes:
        seeds = {each: base64.b64encode(self.seeds[each]).decode() for each in USAGES}
        return json.dumps({"user": self.user, "seeds": seeds}).encode()

    def public(self, usage: str) -> str:
        """A public key, as Matrix writes it: base64 without padding."""
        return unpadded(self._key(usage).public_key().export_key(format="raw"))

    def signed(self, usage: str, thing: Mapping[str, Any]) -> Json:
        """A thing with one more signature, of the key for this usage."""
        signature = unpadded(eddsa.new(self._key(usage), "rfc8032").sign(canonical(thing)))
        return with_signature(thing, self.user, f"ed25519:{self.public(usage)}", signature)

    def keys(self) -> dict[str, Json]:
        """The body of `keys/device_signing/upload`."""
        made = {usage: self._told(usage) for usage in USAGES}
        below = {f"{usage}_key": self.signed(MASTER, made[usage]) for usage in (SELF_SIGNING, USER_SIGNING)}
        return {"master_key": made[MASTER], **below}

    def _told(self, usage: str) -> Json:
        public = self.public(usage)
        return {"user_id": self.user, "usage": [usage], "keys": {f"ed25519:{public}": public}}

    def _key(self, usage: str) -> ECC.EccKey:
        return ECC.construct(curve="Ed25519", seed=self.seeds[usage])


def with_signature(thing: Mapping[str, Any], user: str, key: str, signature: str) -> Json:
    """A thing with one more signature; what the homeserver says of it ("unsigned") is left out."""
    before = thing.get("signatures", {})
    return {
        **{name: value for name, value in thing.items() if name != "unsigned"},
        "signatures": {**before, user: {**before.get(user, {}), key: signature}},
    }


def is_signed(thing: Mapping[str, Any], user: str, public: str, *, name: str | None = None) -> bool:
    """Whether a thing has a good signature of this user's key, which has a name where it is a device's."""
    signature = thing.get("signatures", {}).get(user, {}).get(f"ed25519:{name or public}")
    if not isinstance(signature, str):
        return False
    try:
        vodozemac.Ed25519PublicKey.from_base64(public).verify_signature(
            canonical(thing), vodozemac.Ed25519Signature.from_base64(signature)
        )
    except (vodozemac.SignatureException, vodozemac.KeyException):
        return False
    return True


def canonical(thing: Mapping[str, Any]) -> bytes:
    """What is signed of a thing."""
    bare = {name: value for name, value in thing.items() if name not in ("signatures", "unsigned")}
    return Api.to_canonical_json(bare).encode()


def public_key(thing: Mapping[str, Any]) -> str | None:
    """The key that a cross-signing key of `keys/query` holds."""
    return next((each for each in thing.get("keys", {}).values() if isinstance(each, str)), None)


def unpadded(value: bytes) -> str:
    return base64.b64encode(value).decode().rstrip("=")
