"""An article with its discussion."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from aiohttp import web

from adapters.web import rights
from adapters.web.failures import Refusal, not_found
from adapters.web.forms import redirect
from adapters.web.keeping import answer_kept, good_until
from adapters.web.lists import slug_of
from adapters.web.queries import COMMENTS_A_PAGE, choice, number, page_number
from adapters.web.reading import Quoted, quoted_ids, with_images, with_quotes
from adapters.web.render import VISIT, with_query
from adapters.web.site import SITE, Site
from adapters.web.visit import Visit
from bot.domain.html import links_as_text
from bot.domain.model import CommentId, DiscussionId
from bot.errors import RequestError
from bot.ports.pages import ArticleLine, CommentSort, CommentView, SectionLine

_MOST_LOOKED_UP = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Story:
    """An article and the section it stands in."""

    line: ArticleLine
    section: SectionLine

    @property
    def path(self) -> str:
        """The address within the community."""
        return f"/a/{self.line.id}"


async def story_of(site: Site, visit: Visit, discussion_id: int) -> Story:
    """The article of a discussion. Raises `Refusal` (404) where the reader may not see it.

    Where it was merged into another, raises what leads the reader to the same page of that one.
    """
    line = await site.reader.article(visit.viewer, DiscussionId(discussion_id), visit.at)
    if line is None:
        raise await _moved(site, visit, discussion_id)
    for section in await site.reader.sections(visit.viewer):
        if section.ref == line.section:
            return Story(line=line, section=section)
    raise not_found()


async def _moved(site: Site, visit: Visit, discussion_id: int) -> Exception:
    moved = await site.reader.moved(visit.viewer, DiscussionId(discussion_id))
    if moved is None:
        return not_found()
    path = re.sub(rf"(/a|/api/articles)/0*{discussion_id}(?=[/?]|$)", rf"\g<1>/{moved}", visit.path, count=1)
    return web.HTTPPermanentRedirect(path) if path != visit.path else not_found()


async def comment_of(site: Site, visit: Visit, discussion_id: int, comment_id: int) -> CommentView:
    """A comment of a discussion. Raises `Refusal` (404) where the reader may not see it, or it is not there."""
    found = await site.reader.comment(visit.viewer, CommentId(comment_id))
    if found is None or found[0] != discussion_id:
        raise await _moved(site, visit, discussion_id)
    return found[1]


async def article(request: web.Request) -> web.Response:
    """The article, and a page of its comments; kept until something changes there."""
    return await answer_kept(request, DiscussionId(number(request, "id")), _article)


async def _article(request: web.Request) -> web.Response:
    site, visit = request.app[SITE], request[VISIT]
    story = await story_of(site, visit, number(request, "id"))
    good_until(request, story.line.locked_until)
    sort = choice(request, CommentSort, CommentSort.BEST)
    page = await site.reader.comments(
        visit.viewer, story.line.id, sort=sort, page=page_number(request), size=COMMENTS_A_PAGE
    )
    if not page.items and page.number > 1:
        raise not_found()
    return site.renderer.page(
        request,
        "article.html",
        language=story.section.language,
        story=story,
        slug=slug_of(story.section),
        sort=sort,
        page=page,
        said=await site.reader.said(story.line.thread),
        body=with_images(story.line.content.body or story.line.content.summary, site.settings.images_https),
        text_of=await texts(request, story, page.items),
        credits=await site.order.credits(visit.viewer, story.line.id),
        writes=rights.writes(visit, story.line),
        hindrance=rights.kept_out(visit),
        locked=rights.locked_refusal(visit, story.line),
        votes=rights.votes(visit, story.line, story.line),
        may=partial(rights.may, line=story.line),
        sees=rights.sees,
    )


async def permalink(request: web.Request) -> web.Response:
    """To the page on which a comment stands among the best."""
    site, visit = request.app[SITE], request[VISIT]
    discussion_id, comment_id = number(request, "id"), number(request, "comment")
    comment = await comment_of(site, visit, discussion_id, comment_id)
    page = await site.reader.page_of(visit.viewer, comment.id, sort=CommentSort.BEST, size=COMMENTS_A_PAGE)
    if page is None:
        raise not_found()
    path = with_query(visit.url(f"/a/{discussion_id}"), {"page": page if page > 1 else None})
    return redirect(f"{path}#c{comment_id}")


async def texts(request: web.Request, story: Story, comments: Sequence[CommentView]) -> dict[CommentId, object]:
    """The comments' texts, as they are shown."""
    site, visit = request.app[SITE], request[VISIT]
    known = await _quoted(site, visit, story, comments)
    t = site.renderer.translator(visit, story.section.language)
    return {comment.id: with_quotes(_cautious(comment), known, t) for comment in comments}


def _cautious(comment: CommentView) -> str:
    """A comment's HTML without images and, where its author is not trusted yet, with nothing to click on."""
    html = with_images(comment.html, False)
    return links_as_text(html) if comment.trust == 0 else html


async def _quoted(site: Site, visit: Visit, story: Story, comments: Sequence[CommentView]) -> dict[int, Quoted]:
    """Whom the comments quote: mostly others on the same page, so that few have to be looked up."""
    authors = {int(comment.id): (story.line.id, comment.author) for comment in comments}
    wanted = sorted(set().union(*(quoted_ids(comment.html) for comment in comments)) - authors.keys())
    for comment_id in wanted[:_MOST_LOOKED_UP]:
        found = await site.reader.comment(visit.viewer, CommentId(comment_id))
        if found is not None:
            authors[comment_id] = (found[0], found[1].author)
    return {
        comment_id: Quoted(author=author, address=visit.url(f"/a/{discussion}/c/{comment_id}"))
        for comment_id, (discussion, author) in authors.items()
    }


def form_page(
    request: web.Request, template: str, story: Story, refused: RequestError | None, **values: object
) -> web.Response:
    """The form again, with what was typed and what is wrong with it; a limit's own page would lose the text."""
    status = getattr(refused, "status", 422) if refused is not None else 200
    response = request.app[SITE].renderer.page(
        request, template, language=story.section.language, status=status, story=story, refused=refused, **values
    )
    if isinstance(refused, Refusal) and refused.retry_after is not None:
        response.headers["Retry-After"] = str(max(1, round(refused.retry_after.total_seconds())))
    return response
