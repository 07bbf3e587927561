"""What it is called that a feed could not be read."""

from __future__ import annotations

from bot.domain.model import FailureKind

REASONS = {
    FailureKind.UNREACHABLE: "cannot be reached",
    FailureKind.TIMEOUT: "does not answer in time",
    FailureKind.TLS: "its certificate cannot be trusted",
    FailureKind.FORBIDDEN_ADDRESS: "lies at an address that is not allowed",
    FailureKind.TOO_LARGE: "is too large",
    FailureKind.TOO_MANY_REDIRECTS: "leads in circles",
    FailureKind.REFUSED: "refuses to be read",
    FailureKind.BUSY: "is too busy",
    FailureKind.SERVER: "has a broken server",
    FailureKind.GONE: "is gone for good",
    FailureKind.UNREADABLE: "is no feed that can be read",
}
"""By the kind of failure."""
