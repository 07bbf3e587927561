"""What is said to become of articles in channels."""

from __future__ import annotations

from bot.domain.model import Passage, PostState

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
    Passage.PAUSED: "passed over: paused",
    Passage.SUSPENDED: "passed over: suspended",
    Passage.BACKLOG: "older than the subscription",
}
"""What became of an article in a channel; what a post and what came before it call alike stands here once."""

BAD = {PostState.FAILED, PostState.HELD, Passage.STOPPED}
