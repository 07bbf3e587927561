"""Reported errors, as members send them and admins answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from adapters.web import WebNetwork
from bot.domain.model import (
    Content,
    CorrectionId,
    CorrectionKind,
    CorrectionState,
    DiscussionId,
    Role,
    Standing,
)
from bot.errors import RequestError
from tests.unit.web.reader import Reader
from tests.unit.web.town import ONE, TWO, Town


@pytest.fixture
def wrong(town: Town) -> Town:
    town.order.texts[DiscussionId(1), 1] = Content(title="A bridge opens", link=None, body="<p>It was opend.</p>")
    return town


async def admin(town: Town, reader: Reader) -> None:
    await reader.sign_in("Root")
    account = next(account for _, account in town.people.accounts.values() if account.name == "Root")
    town.people.roles[ONE, account.member_id] = Role.ADMIN


async def test_an_error_is_reported(wrong: Town, reader: Reader) -> None:
    assert (await reader.get("/a/1")).all("a[href^=x]") == []
    assert "correction" not in (await reader.get("/a/1")).text
    assert (await reader.get("/a/1/correction")).status == 403
    await reader.sign_in("Ada")
    article = await reader.get("/a/1")
    link = article.one("a.quiet[href=/a/1/correction?revision=1]")
    form = await reader.get(link.get("href") + "&excerpt=was+opend")
    assert form.one("#excerpt").text.strip() == "was opend"
    thanks = await reader.send(form, "form.write", kind="typo", remark=" opened ")
    assert "You will be told what becomes of it." in thanks.words("main")
    line = wrong.order.errata[CorrectionId(1)]
    assert (line.correction.kind, line.correction.excerpt, line.correction.revision) == (
        CorrectionKind.TYPO,
        "was opend",
        1,
    )
    assert line.reports[0].remark == "opened"


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ({"excerpt": "was opend"}, "Please choose what is wrong."),
        ({"kind": "nonsense", "excerpt": "was opend"}, "Please choose what is wrong."),
        ({"kind": "typo"}, "Please copy the words that are wrong from the article."),
        ({"kind": "typo", "excerpt": "was shut"}, "These words are not in the article. Please copy them"),
        ({"kind": "fact", "excerpt": "x" * 501}, "Please choose at most 500 characters."),
    ],
)
async def test_what_cannot_be_taken_is_given_back(wrong: Town, reader: Reader, typed: dict[str, str], why: str) -> None:
    await reader.sign_in("Ada")
    form = await reader.get("/a/1/correction")
    answer = await reader.send(form, "form.write", remark="Should be opened", **typed)
    assert answer.status == 422
    assert answer.words(".refused").startswith(why)
    assert answer.one("#remark").text.strip() == "Should be opened"
    assert (answer.one("#excerpt").text or "").strip() == typed.get("excerpt", "")
    assert wrong.order.errata == {}


async def test_who_is_muted_reports_no_errors(wrong: Town, reader: Reader) -> None:
    await reader.sign_in("Ada")
    account = next(account for _, account in wrong.people.accounts.values())
    wrong.people.standings[ONE, account.member_id] = Standing(muted_until=wrong.clock.now() + timedelta(days=1))
    assert "correction" not in (await reader.get("/a/1")).text
    assert "muted you" in (await reader.get("/a/1/correction")).words("main")


async def test_who_found_an_error_is_named(town: Town, reader: Reader) -> None:
    town.order.thanks[DiscussionId(1)] = ["Ada", "<Bob>"]
    assert (await reader.get("/a/1")).words(".credits") == "Corrected thanks to Ada, <Bob>."
    assert (await reader.get("/a/2")).all(".credits") == []


async def test_only_admins_answer(town: Town, readers: Callable[[], Reader]) -> None:
    town.order.add_correction(ONE, DiscussionId(1), "A bridge opens", "opend", "Ada")
    member = readers()
    await member.sign_in("Ada")
    assert (await member.get("/corrections")).status == 403
    assert "/corrections" not in (await member.get("/")).text
    answer = await member.post("/corrections/1", {"csrf": await member.csrf(), "state": "corrected"})
    assert answer.status == 403
    assert town.order.answers == []


async def test_what_seems_to_be_mended_comes_first_with_the_difference(town: Town, reader: Reader) -> None:
    town.order.add_correction(ONE, DiscussionId(1), "A bridge opens", "opend", "Ada", "Carl")
    town.order.add_correction(
        ONE, DiscussionId(2), "Bees return", "teh bees", "Ada", offered_revision=2, offered_text="the bees"
    )
    town.order.add_correction(TWO, DiscussionId(3), "Un jeu paraît", "parait", "Zoe")
    town.order.add_correction(ONE, DiscussionId(1), "A bridge opens", "x", "Ada", state=CorrectionState.SENT_ON)
    await admin(town, reader)
    page = await reader.get("/corrections")
    assert [heading.text_content() for heading in page.all(".erratum h2")] == ["Bees return", "A bridge opens"]
    assert page.words(".tabs a[aria-current]") == "Waiting 2"
    assert page.words("del") == "before: teh"
    assert page.words("ins") == "now: the"
    assert page.words("#e1 mark") == "opend"
    assert page.all("#e2 input[checked]")[0].get("value") == "corrected"
    assert page.all("#e1 input[checked]") == []
    assert "it counts for you" in page.words("#e1 .letter-line")
    assert [item.get("open") is not None for item in page.all("details.answer")] == [True, False]
    assert "There is nothing here yet." in (await reader.get("/corrections?state=rejected")).words("main")
    assert len((await reader.get("/corrections?state=sent-on")).all(".erratum input[name=state]")) == 2


async def test_a_correction_is_answered(town: Town, reader: Reader) -> None:
    town.order.add_correction(ONE, DiscussionId(1), "A bridge opens", "opend", "Ada")
    await admin(town, reader)
    account = next(account.id for _, account in town.people.accounts.values())
    page = await reader.send(await reader.get("/corrections"), "#e1 form", state="rejected", words=" British spelling ")
    assert page.words(".done") == "Done: Rejected. Whoever reported it is told."
    assert town.order.answers == [(CorrectionId(1), CorrectionState.REJECTED, "British spelling", account)]
    assert "No reported errors wait. Thank you." in page.words("main")
    assert (await reader.get("/corrections?state=rejected")).all(".erratum form") == []


async def test_a_refused_answer_keeps_its_words(town: Town, reader: Reader) -> None:
    town.order.add_correction(ONE, DiscussionId(1), "A bridge opens", "opend", "Ada")
    await admin(town, reader)
    page = await reader.get("/corrections")
    answer = await reader.send(page, "#e1 form", words="Hm")
    assert (answer.status, answer.words("#e1 .refused")) == (422, "Please choose what becomes of it.")
    assert answer.one("#e1 textarea").text.strip() == "Hm"
    long = await reader.send(page, "#e1 form", state="corrected", words="x" * 2001)
    assert long.status == 422
    town.order.set_state = _refuse  # type: ignore[method-assign]
    late = await reader.send(page, "#e1 form", state="corrected", words="Hm")
    assert late.words("#e1 .refused") == "This correction has been corrected or rejected already."
    assert (await reader.post("/corrections/9", page.fields("#e1 form"))).status == 404


async def _refuse(*arguments: object, **options: object) -> None:
    raise RequestError("This correction has been corrected or rejected already.")


async def test_an_admin_reads_in_french_what_is_sent_in_the_communitys_language(town: Town, web: WebNetwork) -> None:
    town.order.add_correction(ONE, DiscussionId(1), "A bridge opens", "opend", "Ada")
    async with Reader(web, {"Accept-Language": "fr"}) as reader:
        await reader.sign_in("Root")
        account = next(account for _, account in town.people.accounts.values())
        town.people.roles[ONE, account.member_id] = Role.ADMIN
        page = await reader.get("/corrections")
    assert "Elle est corrigée" in page.words("#e1")
    assert {line.get("lang") for line in page.all("#e1 .letter-line")} == {"en"}
