"""What strangers send encrypted, or straight to the bot's device, may have any shape. nio trips over some of it, and a
sync that it trips over would come again and again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import nio
import structlog
from nio.crypto.olm_machine import Olm

log = structlog.get_logger()

_SAID = frozenset({"m.room.message", "m.sticker", "m.reaction"})
_MALFORMED = (ArithmeticError, AssertionError, AttributeError, LookupError, RecursionError, TypeError, ValueError)


class CarefulOlm(Olm):
    """Takes what cannot be read for what cannot be decrypted."""

    def decrypt_megolm_event(self, event: nio.MegolmEvent, room_id: str | None = None) -> Any:
        """Raises `EncryptionError`."""
        try:
            found: Any = super().decrypt_megolm_event(event, room_id)
            return found if _is_said(found.source) else _nothing(event)
        except _MALFORMED as error:
            raise nio.EncryptionError(f"it holds what is no event ({type(error).__name__}: {error})") from error

    def verify_json(self, json: Any, user_key: str, user_id: str, device_id: str) -> bool:
        """Whether it is signed with the key; what is no key, or no signature, has signed nothing."""
        try:
            return bool(super().verify_json(json, user_key, user_id, device_id))  # type: ignore[no-untyped-call]
        except _MALFORMED:
            return False

    def handle_to_device_event(self, event: nio.ToDeviceEvent) -> Any:
        """None where there is nothing in it."""
        try:
            return super().handle_to_device_event(event)  # type: ignore[no-untyped-call]
        except _MALFORMED as error:
            log.info(
                "Matrix: a malformed message to the bot's device was left out", sender=event.sender, reason=repr(error)
            )
            return None


def _is_said(source: Mapping[str, Any]) -> bool:
    """Whether it is something that people say. The homeserver sees no more than that something encrypted was said, by
    somebody who may: rooms, their members and what is taken away are not changed by that."""
    return source.get("type") in _SAID and "state_key" not in source and _is_text(source)


def _is_text(source: Mapping[str, Any]) -> bool:
    """Whether it is text throughout, as homeservers see to where they can read it."""
    try:
        json.dumps(source, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def _nothing(event: nio.MegolmEvent) -> nio.UnknownEvent:
    """An event that says nothing to anybody."""
    outer = {name: event.source.get(name) for name in ("event_id", "sender", "origin_server_ts", "room_id")}
    return nio.UnknownEvent({**outer, "type": "m.room.encrypted", "content": {}}, "m.room.encrypted")
