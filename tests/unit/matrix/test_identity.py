"""The keys of cross-signing: who signs whom, and what is no signature."""

from __future__ import annotations

from typing import Any

import pytest
import vodozemac

from adapters.matrix.identity import MASTER, SELF_SIGNING, Identity, canonical, is_signed, with_signature

USER = "@bot:example.org"
DEVICE: dict[str, Any] = {"user_id": USER, "device_id": "D", "keys": {"ed25519:D": "é"}, "unsigned": {"x": 1}}


def test_it_is_the_same_after_it_was_kept() -> None:
    identity = Identity.new(USER)
    assert Identity.loads(identity.dumps()) == identity
    assert Identity.new(USER) != identity


def test_the_master_key_signs_the_two_others() -> None:
    identity = Identity.new(USER)
    keys = identity.keys()
    assert set(keys) == {"master_key", "self_signing_key", "user_signing_key"}
    master = identity.public(MASTER)
    assert [is_signed(keys[each], USER, master) for each in keys] == [False, True, True]
    assert [keys[each]["usage"] for each in keys] == [["master"], ["self_signing"], ["user_signing"]]


def test_a_signature_holds_for_vodozemac() -> None:
    identity = Identity.new(USER)
    public = identity.public(SELF_SIGNING)
    signed = identity.signed(SELF_SIGNING, DEVICE)
    assert "unsigned" not in signed
    signature = vodozemac.Ed25519Signature.from_base64(signed["signatures"][USER][f"ed25519:{public}"])
    vodozemac.Ed25519PublicKey.from_base64(public).verify_signature(canonical(DEVICE), signature)


def test_one_more_signature_leaves_the_others() -> None:
    both = with_signature(with_signature(DEVICE, USER, "ed25519:D", "one"), USER, "ed25519:X", "two")
    assert both["signatures"] == {USER: {"ed25519:D": "one", "ed25519:X": "two"}}
    assert "signatures" not in DEVICE


@pytest.mark.parametrize("signature", ["", "AAAA", "not base64!", "A" * 86, 7, None])
def test_what_is_no_signature_is_none(signature: object) -> None:
    public = Identity.new(USER).public(MASTER)
    assert not is_signed({**DEVICE, "signatures": {USER: {f"ed25519:{public}": signature}}}, USER, public)


def test_a_changed_thing_is_not_signed() -> None:
    identity = Identity.new(USER)
    public = identity.public(MASTER)
    signed = identity.signed(MASTER, DEVICE)
    assert is_signed(signed, USER, public)
    assert not is_signed({**signed, "device_id": "E"}, USER, public)
    assert not is_signed(signed, "@other:example.org", public)


def test_seeds_are_not_shown() -> None:
    identity = Identity.new(USER)
    assert "seeds" not in repr(identity)
    assert not [each for each in identity.seeds.values() if repr(each) in repr(identity)]
