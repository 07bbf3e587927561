"""What strangers send encrypted, or straight to the bot's device, may have any shape. nio trips over some of it, and a
sync that it trips over would come again and again."""

from __future__ import annotations

from typing import Any

import nio
import structlog
from nio.crypto.olm_machine import Olm

log = structlog.get_logger()

_MALFORMED = (ArithmeticError, AssertionError, AttributeError, LookupError, RecursionError, TypeError, ValueError)


class CarefulOlm(Olm):
    """Takes what cannot be read for what cannot be decrypted."""

    def decrypt_megolm_event(self, event: nio.MegolmEvent, room_id: str | None = None) -> Any:
        """Raises `EncryptionError`."""
        try:
            return super().decrypt_megolm_event(event, room_id)
        except _MALFORMED as error:
            raise nio.EncryptionError(f"it holds what is no event ({type(error).__name__}: {error})") from error

    def handle_to_device_event(self, event: nio.ToDeviceEvent) -> Any:
        """None where there is nothing in it."""
        try:
            return super().handle_to_device_event(event)  # type: ignore[no-untyped-call]
        except _MALFORMED as error:
            log.info(
                "Matrix: a malformed message to the bot's device was left out", sender=event.sender, reason=repr(error)
            )
            return None
