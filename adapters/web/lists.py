"""The front page and the sections."""

from __future__ import annotations

from collections.abc import Sequence

from aiohttp import web

from adapters.web import refs
from adapters.web.failures import not_found
from adapters.web.forms import redirect
from adapters.web.queries import ARTICLES_A_PAGE, choice, page_number, period, span
from adapters.web.render import VISIT
from adapters.web.rights import votes
from adapters.web.site import SITE, Site
from adapters.web.visit import Visit
from bot.ports.pages import ArticleLine, ArticleSort, Page, SectionLine


async def front(request: web.Request) -> web.Response:
    """All sections of a community."""
    return await _list(request, None)


async def section(request: web.Request) -> web.Response:
    """One section."""
    return await _list(request, request.match_info["slug"])


async def home(request: web.Request) -> web.Response:
    """To the front page of a community, for whoever leaves out the last slash."""
    return redirect(request[VISIT].url("/"))


async def about(request: web.Request) -> web.Response:
    """What this is and how to take part."""
    return request.app[SITE].renderer.page(request, "about.html")


async def _list(request: web.Request, slug: str | None) -> web.Response:
    site, visit = request.app[SITE], request[VISIT]
    sections = await site.reader.sections(visit.viewer)
    here = section_called(sections, slug) if slug is not None else None
    usual = (here.sort if here is not None else None) or ArticleSort.HOT
    sort, since = choice(request, ArticleSort, usual), period(request)
    page = await read_list(site, visit, here, sort, since, page_number(request))
    if not page.items and page.number > 1:
        raise not_found()
    return site.renderer.page(
        request,
        "list.html",
        language=language_of(here, sections),
        here=here,
        sections=[(line, slug_of(line)) for line in sections],
        by_ref={line.ref: line for line in sections},
        slug=slug,
        sort=sort,
        usual=usual,
        period=since,
        page=page,
        said=await site.reader.said(here.ref) if here is not None else (),
        votes=votes,
    )


async def read_list(
    site: Site, visit: Visit, here: SectionLine | None, sort: ArticleSort, since: str, number: int
) -> Page[ArticleLine]:
    """One page of a section's articles, or of all."""
    back = span(since, sort)
    return await site.reader.articles(
        visit.viewer,
        section=here.ref if here is not None else None,
        sort=sort,
        since=site.clock.now() - back if back is not None else None,
        page=number,
        size=ARTICLES_A_PAGE,
    )


def section_called(sections: Sequence[SectionLine], slug: str) -> SectionLine:
    """The section with this slug. Raises `Refusal` (404)."""
    for line in sections:
        if slug_of(line) == slug:
            return line
    raise not_found()


def slug_of(line: SectionLine) -> str:
    """What a section is called in addresses."""
    return refs.name_of(line.ref, "section")


def language_of(here: SectionLine | None, sections: Sequence[SectionLine]) -> str | None:
    """The language of a section, or of the first that there is."""
    if here is not None:
        return here.language
    return sections[0].language if sections else None
