"""What a viewer may see: the one rule that every statement of the page contains."""

from __future__ import annotations

from sqlalchemy import Boolean, ColumnElement, bindparam, literal_column, or_
from sqlalchemy.sql.expression import FromClause

from bot.domain.model import Visibility
from storage.schema.columns import BigId

WEB = "web"

COMMUNITY = bindparam("p_community", type_=BigId)
MEMBER = bindparam("p_member", type_=BigId)
SIGNED_IN = bindparam("p_signed_in", type_=Boolean)


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


def is_section(channels: FromClause) -> ColumnElement[bool]:
    """Whether a channel is a section of the page."""
    return channels.c.network == literal_column(f"'{WEB}'")
