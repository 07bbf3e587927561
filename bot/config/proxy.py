"""The address of a proxy."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, SecretStr

from bot.config.secrets import TextOrSecret
from bot.config.values import fault, split_address


def _proxy(secret: SecretStr) -> SecretStr:
    parts = split_address(secret.get_secret_value())
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise fault("is no proxy", "write one such as http://proxy.example.org:3128")
    return secret


ProxyAddress = Annotated[TextOrSecret, AfterValidator(_proxy)]
"""`http://user:password@host:port`; it may be named as a secret, and is handled as one in any case."""
