"""What the states of feeds and articles are called."""

from __future__ import annotations

from bot.domain.model import FailureKind, Passage, PostState

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
"""What each kind of failure is called."""

STATES = {
    PostState.PENDING: "on its way",
    PostState.HELD: "held back",
    PostState.GATHERED: "waits for a digest",
    PostState.SKIPPED: "skipped",
    PostState.POSTED: "posted",
    PostState.LEFT_OUT: "named in a digest after an outage",
    PostState.FAILED: "not delivered",
    PostState.DELETED: "deleted",
    PostState.DIGESTED: "in a digest",
    Passage.PASSED: "let through",
    Passage.STOPPED: "stopped by the filter",
    Passage.DEFERRED: "deferred",
    Passage.BACKLOG: "older than the subscription",
}
"""What became of an article in a channel; what a post and what came before it call alike stands here once."""

FINE = {PostState.POSTED, PostState.DIGESTED}
BAD = {PostState.FAILED, PostState.HELD, Passage.STOPPED}
