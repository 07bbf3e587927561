"""The moderators' area: who may see it, the queue, a case and what is done with it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.web import WebNetwork
from bot.domain import cases
from bot.domain.model import (
    AccountId,
    CaseId,
    Decision,
    DiscussionId,
    Measure,
    Role,
    Ruling,
    Sanction,
)
from bot.errors import RequestError
from bot.ports.moderation import LogLine
from tests.unit.web.disorder import OMAR, RICK, RUDE, about_article, decided, moderator, quarrel, remark
from tests.unit.web.reader import Answer, Reader
from tests.unit.web.town import ONE, TWO, Town

FORM = "form.decide"


@pytest.fixture
async def mona(town: Town, web: WebNetwork) -> AsyncIterator[Reader]:
    """A moderator of the town."""
    async with Reader(web) as made:
        await moderator(town, made)
        yield made


def subjects(page: Answer) -> list[str]:
    return [" ".join(link.text_content().split()) for link in page.all("article.case h2 a")]


# --- who may see it ---------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/mod", "/mod/cases/1", "/mod/log", "/mod/members/201"])
async def test_the_area_is_for_moderators(town: Town, readers: Callable[[], Reader], path: str) -> None:
    quarrel(town)
    town.order.add_member(ONE, RICK)
    visitor, member, mona = readers(), readers(), readers()
    await member.sign_in("Ada")
    await moderator(town, mona)
    for reader in (visitor, member):
        answer = await reader.get(path)
        assert answer.status == 403
        assert "This is for moderators." in answer.words("main")
        assert answer.all("header a[href=/mod]") == []
    assert (await mona.get(path)).status == 200


@pytest.mark.parametrize(
    "path",
    [
        "/mod/cases/1/claim",
        "/mod/cases/1/release",
        "/mod/cases/1/decide",
        "/mod/cases/1/note",
        "/mod/members/201/warn",
        "/mod/discussions/1/lock",
        "/mod/comments/2/sensitive",
    ],
)
async def test_nobody_else_does_anything(town: Town, reader: Reader, path: str) -> None:
    quarrel(town)
    town.order.add_member(ONE, RICK)
    await reader.sign_in("Ada")
    form = {"csrf": await reader.csrf(), "ruling": "agree", "words": "x", "note": "x", "version": "1"}
    assert (await reader.post(path, form)).status == 403
    assert town.order.done == []


async def test_forms_need_the_token(town: Town, mona: Reader) -> None:
    quarrel(town)
    assert (await mona.post("/mod/cases/1/claim", {"csrf": "no"})).status == 403
    assert town.order.done == []


@pytest.mark.parametrize("path", ["/c/club/mod/cases/1", "/c/club/mod/members/201", "/c/club/mod"])
async def test_nothing_of_another_community_is_there(town: Town, reader: Reader, path: str) -> None:
    quarrel(town)
    town.order.add_member(ONE, RICK)
    await reader.sign_in("Eve", "/c/club")
    account = await town.people.registered(TWO, "web", "Eve")
    assert account is not None
    await town.people.grant(TWO, account.member_id, Role.ADMIN)
    answer = await reader.get(path)
    assert answer.status == (200 if path.endswith("/mod") else 404)
    assert "idiot" not in answer.text
    assert "Rick" not in answer.text
    csrf = await reader.csrf("/c/club/")
    assert (await reader.post("/c/club/mod/cases/1/claim", {"csrf": csrf})).status == 404


async def test_the_head_counts_what_waits(town: Town, mona: Reader) -> None:
    assert (await mona.get("/")).words("header a[href=/mod]") == "Moderation"
    quarrel(town)
    assert (await mona.get("/")).words("header a[href=/mod]") == "Moderation 11 open case"


# --- the queue --------------------------------------------------------------------------------------


async def test_an_empty_queue_says_so(mona: Reader) -> None:
    assert (await mona.get("/mod")).words(".empty") == "Nothing waits. Thank you."
    assert (await mona.get("/mod?view=mine")).words(".empty").startswith("You have not claimed a case.")
    assert (await mona.get("/mod?view=decided")).words(".empty") == "No case has been decided yet."
    assert (await mona.get("/mod?kind=article")).words(".empty").startswith("Nothing here fits.")
    assert (await mona.get("/mod/log")).words(".empty") == "Nothing has been done here yet."


async def test_a_line_says_what_matters(town: Town, mona: Reader) -> None:
    quarrel(town)
    line = (await mona.get("/mod")).words("article.case")
    for part in ("Comment by Rick on “A bridge opens”", "Only an idiot", "Weight 5", "2 reports", "Unkind"):
        assert part in line
    assert "out of sight" in line
    assert "claimed" not in line
    await mona.send(await mona.get("/mod/cases/1"), "form[action=/mod/cases/1/claim]")
    assert "claimed by Mona" in (await mona.get("/mod?view=mine")).words("article.case")


async def test_the_queue_is_narrowed(town: Town, mona: Reader) -> None:
    quarrel(town)
    about_article(town)
    assert len(subjects(await mona.get("/mod"))) == 2
    assert subjects(await mona.get("/mod?kind=article")) == ["Bees return About Bees return."]
    assert subjects(await mona.get("/mod?reason=unkind")) == ["Only an idiot would cross that bridge."]
    assert len(subjects(await mona.get("/mod?kind=none&reason=none&view=none"))) == 2
    links = [link.text_content().strip() for link in (await mona.get("/mod?reason=unkind")).all(".filters a")]
    assert links == [
        *("Everything", "Comments", "Articles"),
        *("All reasons", "Spam 1", "Unkind 1", "Something else 1"),
    ]


async def test_a_thousand_cases_are_paged(town: Town, mona: Reader) -> None:
    comment = remark(town, RICK, RUDE)
    for _ in range(1000):
        town.order.add_case(ONE, DiscussionId(1), "A bridge opens", comment, OMAR, author=RICK)
    first, last = await mona.get("/mod?reason=unkind"), await mona.get("/mod?page=40")
    assert (len(subjects(first)), len(subjects(last))) == (25, 25)
    assert "Open 1,000" in first.words("nav.tabs")
    assert first.one("a[rel=next]").get("href") == "/mod?reason=unkind&page=2"
    assert last.all("a[rel=next]") == []
    assert (await mona.get("/mod?page=41")).status == 404


# --- a case -----------------------------------------------------------------------------------------


async def test_a_case_shows_everything(town: Town, mona: Reader) -> None:
    quarrel(town)
    page = await mona.get("/mod/cases/1")
    text = page.words("main")
    for part in (
        "Only an idiot would cross that bridge.",
        "Unchanged since",
        "Hidden by the weight of the reports",
        "He does this under every article.",
        "trust 3 · insider · earlier reports: 4 right, 1 wrong",
        "It took them four years to build.",
        "Please be kind, both of you.",
        "Cases that were upheld",
        "He was warned in June.",
        "Agreed · hidden · author muted for 1 day",
        "Tribune itself hid a comment by the weight of the reports",
    ):
        assert part in text, part
    assert page.one("a[href=/mod/cases/900]").text_content() == "Case 900"
    assert page.all("a[href=/a/1/c/2]") != []


async def test_each_flagged_text_is_kept_and_what_has_changed_is_shown(town: Town, mona: Reader) -> None:
    case = quarrel(town)
    view = town.order.views[case]
    assert view.comment is not None
    flags = [replace(view.flags[0], subject_revision=2, subject_text="<p>Only a fool would.</p>"), view.flags[1]]
    now = replace(view.comment, html="<p>Only a clown would. Sorry.</p>")
    town.order.views[case] = replace(view, flags=flags, comment=now)
    page = await mona.get("/mod/cases/1")
    exhibits = page.words(".exhibit")
    assert exhibits.index("Only a fool would.") < exhibits.index("Only an idiot would cross that bridge.")
    assert (page.words("del"), page.words("ins")) == ("fool", "clown Sorry.")
    town.order.views[case] = replace(view, comment=replace(view.comment, deleted=True, html=""))
    assert "Deleted since" in (await mona.get("/mod/cases/1")).words("main")


async def test_what_was_flagged_is_text(town: Town, mona: Reader) -> None:
    case = quarrel(town)
    hostile = "<script>alert(1)</script>{{ 7 * 7 }}"
    flags = [replace(flag, text=hostile) for flag in town.order.views[case].flags]
    town.order.views[case] = replace(town.order.views[case], flags=flags, title=hostile)
    page = await mona.get("/mod/cases/1")
    assert page.all("main script") == []
    assert hostile in page.words("main")


async def test_a_case_is_claimed_and_given_back(town: Town, mona: Reader) -> None:
    quarrel(town)
    page = await mona.send(await mona.get("/mod/cases/1"), "form[action=/mod/cases/1/claim]")
    assert page.words(".held").startswith("Yours until 12 January 2026")
    page = await mona.send(page, "form[action=/mod/cases/1/release]")
    assert page.all(".held") == []
    assert [act[0] for act in town.order.done] == ["claim", "release"]


async def test_a_case_in_other_hands_cannot_be_claimed(town: Town, mona: Reader) -> None:
    case = quarrel(town)
    form = (await mona.get("/mod/cases/1")).fields(FORM)
    view = town.order.views[case]
    held = replace(view.case, claimed_by=AccountId(77), claimed_until=town.clock.now() + timedelta(minutes=9))
    claim = LogLine(at=town.clock.now(), by="Otto", action="case.claim", subject="case:1", before=None, after=None)
    town.order.views[case] = replace(view, case=held, log=[claim])
    answer = await mona.post("/mod/cases/1/claim", form)
    assert answer.status == 409
    assert answer.words(".refused") == "Somebody else is at work on this case."
    assert "claimed by Otto" in answer.words(".held")
    assert (await mona.post("/mod/cases/1/decide", form | {"ruling": "ignore"})).status == 409


@pytest.mark.parametrize(
    ("typed", "made"),
    [
        ({"ruling": "disagree", "measure": "delete", "sanction": "mute"}, Decision(ruling=Ruling.DISAGREE)),
        ({"ruling": "ignore", "words": " Old. "}, Decision(ruling=Ruling.IGNORE, words="Old.")),
        ({"ruling": "agree"}, Decision(ruling=Ruling.AGREE, measure=Measure.HIDE)),
        (
            {"ruling": "agree", "measure": "delete", "sanction": "warn", "words": "No.\r\nNever."},
            Decision(ruling=Ruling.AGREE, measure=Measure.DELETE, sanction=Sanction.WARN, words="No.\r\nNever."),
        ),
        (
            {"ruling": "agree", "measure": "keep", "sanction": "mute", "mute": "3600"},
            Decision(ruling=Ruling.AGREE, sanction=Sanction.MUTE, mute_for=timedelta(hours=1)),
        ),
        (
            {"ruling": "agree", "measure": "keep", "sensitive": "yes", "sensitive_reason": " A  dead animal "},
            Decision(ruling=Ruling.AGREE, sensitive="A dead animal"),
        ),
        (
            {"ruling": "agree", "measure": "keep", "sensitive_reason": "not ticked"},
            Decision(ruling=Ruling.AGREE),
        ),
    ],
)
async def test_a_decision_is_made(town: Town, mona: Reader, typed: dict[str, str], made: Decision) -> None:
    case = quarrel(town)
    page = await mona.send(await mona.get("/mod/cases/1"), FORM, **typed)
    assert page.words(".done") == "Case 1 is decided. See it"
    assert town.order.views[case].case.decision == made
    assert town.order.done[-1][0] == "decide"


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ({}, "Please choose whether you agree with the reports."),
        ({"ruling": "maybe"}, "Please choose whether you agree with the reports."),
        ({"ruling": "agree", "measure": "burn"}, "Please choose what becomes of it."),
        ({"ruling": "agree", "sanction": "mute", "mute": "17"}, "Please say for how long."),
        ({"ruling": "agree", "sensitive": "yes"}, "Please say in a few words why it is sensitive."),
        (
            {"ruling": "agree", "sensitive": "yes", "sensitive_reason": "x" * 101},
            "Please say in at most 100 characters why it is sensitive.",
        ),
        ({"ruling": "agree", "words": "x" * 2001}, "Please say it in at most 2000 characters."),
    ],
)
async def test_what_is_no_decision_is_given_back(town: Town, mona: Reader, typed: dict[str, str], why: str) -> None:
    quarrel(town)
    answer = await mona.send(await mona.get("/mod/cases/1"), FORM, **({"words": "Kept words"} | typed))
    assert answer.status == 422
    assert answer.words(".refused") == why
    assert answer.fields(FORM).get("ruling", "") == typed.get("ruling", "").replace("maybe", "")
    assert answer.one("#words").text.strip() == typed.get("words", "Kept words")
    assert town.order.done == []


async def test_a_case_that_has_changed_comes_again_with_what_was_typed(town: Town, mona: Reader) -> None:
    case = quarrel(town)
    page = await mona.get("/mod/cases/1")
    view = town.order.views[case]
    town.order.views[case] = replace(view, case=replace(view.case, version=5))
    typed = {"ruling": "agree", "measure": "delete", "sanction": "mute", "mute": "604800", "words": "Enough."}
    answer = await mona.send(page, FORM, **typed)
    assert answer.status == 409
    assert answer.one(".refused").get("role") == "alert"
    assert answer.words(".refused") == cases.CHANGED
    fields = answer.fields(FORM)
    assert {name: fields[name].strip() for name in typed} == typed
    assert fields["version"] == "5"
    assert (await mona.send(answer, FORM)).status == 200
    assert town.order.views[case].case.decision is not None


async def test_a_case_that_was_decided_meanwhile_keeps_the_words(town: Town, mona: Reader) -> None:
    quarrel(town)
    page = await mona.get("/mod/cases/1")
    await mona.send(page, FORM, ruling="ignore")
    answer = await mona.send(page, FORM, ruling="agree", words="My long explanation")
    assert answer.status == 409
    assert "Ignored" in answer.words("#decide")
    assert "My long explanation" in answer.words(".lost")


async def test_a_decided_case_shows_by_whom_and_when(town: Town, mona: Reader) -> None:
    case = quarrel(town)
    view = town.order.views[case]
    log = [LogLine(at=town.clock.now(), by="Otto", action="case.decide", subject="case:1", before=None, after=None)]
    past = replace(decided(town, CaseId(1)), subject=view.case.subject, decided_by=AccountId(77))
    town.order.views[case] = replace(view, case=past, log=log)
    page = await mona.get("/mod/cases/1")
    assert page.all(FORM) == []
    assert page.words("#decide").startswith("Decision Agreed · hidden · author muted for 1 day 4 December 2025")
    assert "by Otto" in page.words("#decide")
    assert past.decision is not None
    lapsed = replace(past, decided_by=None, decision=replace(past.decision, ruling=Ruling.IGNORE))
    town.order.views[case] = replace(town.order.views[case], case=lapsed, log=[])
    assert "by the passing of time" in (await mona.get("/mod/cases/1")).words("#decide")


async def test_an_articles_case_offers_what_can_be_done(town: Town, mona: Reader) -> None:
    case = about_article(town)
    page = await mona.get("/mod/cases/1")
    assert [field.get("value") for field in page.all("input[name=measure]")] == ["keep", "hide"]
    assert page.all("input[name=sanction]") == []
    assert "Bees return" in page.words(".exhibit")
    await mona.send(page, FORM, ruling="agree", measure="hide")
    assert town.order.views[case].case.decision == Decision(ruling=Ruling.AGREE, measure=Measure.HIDE)


async def test_notes_are_written(town: Town, mona: Reader) -> None:
    quarrel(town)
    page = await mona.send(await mona.get("/mod/cases/1"), "form[action=/mod/cases/1/note]", note=" Second time. ")
    assert "Second time." in page.words("main .note")
    answer = await mona.send(page, "form[action=/mod/cases/1/note]", note=" ")
    assert (answer.status, answer.words(".refused")) == (422, "This note says nothing yet.")
    town.order.refused = RequestError("This request makes no sense")
    answer = await mona.send(page, "form[action=/mod/cases/1/note]", note="Kept")
    assert answer.one("#note").text.strip() == "Kept"


async def test_too_much_at_once_keeps_the_words(town: Town, mona: Reader) -> None:
    quarrel(town)
    page = await mona.get("/mod/cases/1")
    for _ in range(60):
        await mona.post("/mod/cases/1/note", page.fields("form[action=/mod/cases/1/note]") | {"note": ""})
    answer = await mona.send(page, FORM, ruling="agree", words="Not lost")
    assert answer.status == 429
    assert answer.one("#words").text.strip() == "Not lost"
    assert int(answer.headers["Retry-After"]) >= 1


@pytest.mark.parametrize(("language", "words"), [("en", "Case 1"), ("fr", "Dossier 1")])
async def test_the_area_speaks_both_languages(town: Town, web: WebNetwork, language: str, words: str) -> None:
    quarrel(town)
    about_article(town)
    town.order.add_member(ONE, RICK)
    async with Reader(web, {"Accept-Language": language}) as reader:
        await moderator(town, reader)
        assert (await reader.get("/mod/cases/1")).words("h1") == words
        for path in ("/mod", "/mod/cases/2", "/mod/log", "/mod/members/201", "/mod?view=mine"):
            page = await reader.get(path)
            assert page.status == 200
            assert page.one("html").get("lang") == language
