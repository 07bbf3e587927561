"""What a viewer may see: the one rule that every statement of the page contains."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Boolean, Column, ColumnElement, bindparam, literal_column, or_
from sqlalchemy.sql.expression import FromClause

from bot.domain.model import Visibility
from bot.ports.pages import Viewer
from storage.schema.columns import BigId

WEB = "web"

COMMUNITY = bindparam("p_community", type_=BigId)
MEMBER = bindparam("p_member", type_=BigId)
SIGNED_IN = bindparam("p_signed_in", type_=Boolean)
MODERATOR = bindparam("p_moderator", type_=Boolean)


def values_of(viewer: Viewer) -> dict[str, Any]:
    """What the statements ask about the viewer."""
    return {
        "p_community": viewer.community_id,
        "p_member": viewer.member_id,
        "p_signed_in": viewer.member_id is not None,
        "p_moderator": viewer.moderator,
    }


def visible(channels: FromClause) -> ColumnElement[bool]:
    """Whether what is said in a channel of the viewer's community is shown to the viewer on the page.

    Public channels to everybody; those of the community to its signed-in members; private ones only in themselves,
    which for a section of the page is: to signed-in members. See "Communities and who sees what" of the design.
    """
    c = channels.c
    return (c.community_id == COMMUNITY) & or_(
        c.visibility == Visibility.PUBLIC,
        SIGNED_IN & ((c.visibility == Visibility.COMMUNITY) | is_section(channels)),
    )


def within(community_id: Column[int]) -> ColumnElement[bool]:
    """Whether a row that is found by something narrower belongs to the viewer's community.

    Without the sum SQLite, which knows nothing of how many rows a community has, would rather read all of them.
    """
    return community_id + 0 == COMMUNITY


def in_sight(discussions: FromClause) -> ColumnElement[bool]:
    """Whether a discussion stands for itself, and is not hidden, but to moderators."""
    return discussions.c.merged_into.is_(None) & (discussions.c.hidden_at.is_(None) | MODERATOR)


def open_to(posts: FromClause) -> ColumnElement[bool]:
    """Whether a post is shown to the viewer on the page: some are for signed-in members only."""
    return or_(~posts.c.members_only, SIGNED_IN, MODERATOR)


def is_section(channels: FromClause) -> ColumnElement[bool]:
    """Whether a channel is a section of the page."""
    return channels.c.network == literal_column(f"'{WEB}'")
