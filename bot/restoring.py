"""A comment that was out of sight is back, where its network could only delete it: its words are said in its thread."""

from __future__ import annotations

from html import escape

from bot.domain.model import Ref
from bot.domain.orders import Speak
from bot.locale import translator
from bot.ports.stores import Tx

_BACK = "A comment by {name} is back: moderators have looked at it, and it may stay."


async def said_again(tx: Tx, message: Ref, marker: str) -> Speak | None:
    """The order that says a comment's words in the thread where it stood; None where there is no such thread now."""
    comment = await tx.discussions.comment_by_ref(message)
    account = await tx.members.account(comment.account_id) if comment is not None else None
    if comment is None or account is None or comment.deleted_at is not None:
        return None
    for post in await tx.posts.of_discussion(comment.discussion_id):
        if post.channel.id == comment.channel_id and post.thread is not None:
            t = translator(post.channel.language)
            html = f"<p>{escape(t(_BACK, name=account.name))}</p><blockquote>{comment.html}</blockquote>"
            return Speak(place=post.thread, html=html, language=t.language, marker=marker)
    return None
