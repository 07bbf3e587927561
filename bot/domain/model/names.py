"""The names of things: numbers in our database, references on the networks."""

from __future__ import annotations

from typing import NewType

FeedId = NewType("FeedId", int)
ArticleId = NewType("ArticleId", int)
CommunityId = NewType("CommunityId", int)
ChannelId = NewType("ChannelId", int)
SubscriptionId = NewType("SubscriptionId", int)
PostId = NewType("PostId", int)
DiscussionId = NewType("DiscussionId", int)
CommentId = NewType("CommentId", int)
AccountId = NewType("AccountId", int)
MemberId = NewType("MemberId", int)
OutboxId = NewType("OutboxId", int)
FlagId = NewType("FlagId", int)
CaseId = NewType("CaseId", int)
CorrectionId = NewType("CorrectionId", int)
FollowId = NewType("FollowId", int)

Ref = NewType("Ref", str)
"""An opaque name of something on a network, the network's name in front: `web:…`, `discord:…`, `matrix:…`."""


FORGOTTEN = "forgotten"
"""Stands where the network's name stands in the references of those who had themselves forgotten: nobody is there."""


def network_of(ref: Ref) -> str:
    """The name of the network that minted `ref`."""
    return ref.partition(":")[0]
