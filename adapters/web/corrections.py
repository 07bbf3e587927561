""" "An error in this article?": what members report to be mended."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web

from adapters.web.articles import Story, form_page, story_of
from adapters.web.failures import Refusal
from adapters.web.forms import FORM, Form, actor, member, spend
from adapters.web.queries import number
from adapters.web.render import VISIT
from adapters.web.rights import kept_out
from adapters.web.site import SITE
from adapters.web.visit import Visit
from bot.domain.corrections import LONGEST_EXCERPT
from bot.domain.model import CorrectionKind
from bot.domain.text import repair
from bot.errors import RequestError

KINDS = {
    CorrectionKind.TYPO: "A typing or language mistake",
    CorrectionKind.FACT: "Something is not true",
    CorrectionKind.DEAD_LINK: "A link leads nowhere",
    CorrectionKind.WRONG_IMAGE: "The image is the wrong one",
    CorrectionKind.DUPLICATE: "The same article is here twice",
}
"""What each kind of error is called."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Typed:
    """What stands in the form."""

    kind: str = ""
    excerpt: str = ""
    remark: str = ""
    revision: int = 1


async def correction_form(request: web.Request) -> web.Response:
    """The form; a script puts the words into its address that were chosen in the article."""
    site, visit = request.app[SITE], request[VISIT]
    member(visit)
    story = await story_of(site, visit, number(request, "id"))
    _allow(visit)
    excerpt = repair(request.query.get("excerpt", ""))[: LONGEST_EXCERPT * 2]
    typed = Typed(excerpt=excerpt, revision=_revision(request.query.get("revision", ""), story))
    return _page(request, story, typed, None)


async def correction(request: web.Request) -> web.Response:
    """Hand it to the desk."""
    site, visit = request.app[SITE], request[VISIT]
    member(visit)
    story = await story_of(site, visit, number(request, "id"))
    typed = _typed(request[FORM], story)
    try:
        _allow(visit)
        kind = _kind(typed.kind)
        spend(request, "flag", account=site.settings.limits.flag, address=site.settings.limits.flag_address)
        await site.corrections.report(
            actor(visit),
            story.line.id,
            kind,
            excerpt=typed.excerpt,
            remark=typed.remark,
            revision=typed.revision,
        )
    except RequestError as refused:
        return _page(request, story, typed, refused)
    return site.renderer.page(request, "correction_thanks.html", language=story.section.language, story=story)


def _typed(form: Form, story: Story) -> Typed:
    return Typed(
        kind=form.text("kind"),
        excerpt=form.text("excerpt").strip(),
        remark=form.text("remark").strip(),
        revision=_revision(form.text("revision"), story),
    )


def _revision(text: str, story: Story) -> int:
    """The revision that was shown; what cannot be one is the one that is shown now."""
    asked = int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0
    return asked if 0 < asked <= story.line.revision else story.line.revision


def _kind(text: str) -> CorrectionKind:
    if text not in set(CorrectionKind):
        raise Refusal(422, "Please choose what is wrong.")
    return CorrectionKind(text)


def _allow(visit: Visit) -> None:
    if (kept := kept_out(visit)) is not None:
        raise kept


def _page(request: web.Request, story: Story, typed: Typed, refused: RequestError | None) -> web.Response:
    return form_page(request, "correction.html", story, refused, typed=typed, kinds=KINDS, most=LONGEST_EXCERPT)
