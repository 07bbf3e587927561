"""What Discord answers when it does not do what was asked, with its own status and code."""

from __future__ import annotations

import math
from typing import Any


class Refused(Exception):
    """An error answer. `code` is Discord's JSON error code."""

    def __init__(self, status: int, code: int, message: str, errors: dict[str, Any] | None = None) -> None:
        super().__init__(f"{status} {code} {message}")
        self.status = status
        self.body: dict[str, Any] = {"message": message, "code": code}
        if errors is not None:
            self.body["errors"] = errors


class TooOften(Refused):
    """429: try again after so many seconds. `everywhere`: the global limit."""

    def __init__(self, wait: float, *, everywhere: bool = False, headers: dict[str, str] | None = None) -> None:
        super().__init__(429, 0, "You are being rate limited.")
        retry_after = max(0.001, round(wait, 3))
        self.body = {"message": "You are being rate limited.", "retry_after": retry_after, "global": everywhere}
        self.headers = {"Retry-After": str(math.ceil(retry_after))} | (headers or {})
        if everywhere:
            self.headers |= {"X-RateLimit-Global": "true", "X-RateLimit-Scope": "global"}


_KNOWN = {
    10003: (404, "Unknown Channel"),
    10004: (404, "Unknown Guild"),
    10007: (404, "Unknown Member"),
    10008: (404, "Unknown Message"),
    10013: (404, "Unknown User"),
    10014: (400, "Unknown Emoji"),
    10015: (404, "Unknown Webhook"),
    10062: (404, "Unknown interaction"),
    10063: (404, "Unknown application command"),
    30010: (400, "Maximum number of reactions reached (20)"),
    40060: (400, "Interaction has already been acknowledged."),
    40067: (400, "A tag is required to create a forum post in this channel"),
    50001: (403, "Missing Access"),
    50005: (403, "Cannot edit a message authored by another user"),
    50006: (400, "Cannot send an empty message"),
    50007: (403, "Cannot send messages to this user"),
    50008: (400, "Cannot send messages in a non-text channel"),
    50013: (403, "Missing Permissions"),
    50024: (400, "Cannot execute action on this channel type"),
    50083: (400, "Thread is archived"),
    160004: (400, "A thread has already been created for this message"),
    160005: (400, "Thread is locked"),
    160006: (400, "Maximum number of active threads reached"),
}


def refused(code: int) -> Refused:
    """The error of a known code."""
    status, message = _KNOWN[code]
    return Refused(status, code, message)


def invalid(field: str, code: str, message: str) -> Refused:
    """50035, Invalid Form Body, because of one field (a dotted path)."""
    inner: dict[str, Any] = {"_errors": [{"code": code, "message": message}]}
    for part in reversed(field.split(".")):
        inner = {part: inner}
    return Refused(400, 50035, "Invalid Form Body", inner)
