"""What moderators do with members and whole discussions, and the log of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.web import WebNetwork
from adapters.web.moderation import log
from bot.domain.model import CaseId, DiscussionId, MemberId, Role
from bot.errors import RequestError
from bot.locale import translator
from bot.ports.moderation import LogLine, NoteLine
from tests.unit.web.disorder import RICK, decided, moderator, remark
from tests.unit.web.order import someone
from tests.unit.web.reader import Reader
from tests.unit.web.town import ONE, TWO, Town

PAGE = "/mod/members/201"


@pytest.fixture
async def mona(town: Town, web: WebNetwork) -> AsyncIterator[Reader]:
    """A moderator of the town."""
    town.order.add_member(ONE, RICK)
    async with Reader(web) as made:
        await moderator(town, made)
        yield made


@pytest.fixture
async def alma(town: Town, web: WebNetwork) -> AsyncIterator[Reader]:
    """An admin of the town."""
    town.order.add_member(ONE, RICK)
    async with Reader(web) as made:
        await moderator(town, made, "Alma", Role.ADMIN)
        yield made


# --- members ----------------------------------------------------------------------------------------


async def test_a_member_is_shown_in_full(town: Town, mona: Reader) -> None:
    notes = [NoteLine(by=None, at=town.clock.now(), text="Came from the old forum.")]
    view = town.order.add_member(ONE, RICK, notes=notes, cases=[decided(town, CaseId(7))])
    text = (await mona.get(PAGE)).words("main")
    for part in ("Rick", "Points-4", "Trust0", "4 right, 1 wrong", "Came from the old forum.", "Case 7"):
        assert part in text
    standing = replace(RICK.standing, muted_until=town.clock.now() + timedelta(days=1), trust_locked=True)
    town.order.known[ONE, MemberId(201)] = replace(view, person=replace(RICK, standing=standing))
    page = await mona.get(PAGE)
    assert "muted until 13 January 2026" in page.words(".bad")
    assert "(set by a moderator)" in page.words(".facts")
    assert (await mona.get("/mod/members/999")).status == 404


@pytest.mark.parametrize(
    ("act", "typed", "done"),
    [
        ("warn", {"words": " Mind your words. "}, ("warn", 1, 201, "Mind your words.")),
        ("mute", {"mute": "259200", "words": "Rest."}, ("mute", 1, 201, timedelta(days=3), "Rest.")),
        ("trust", {"trust": "0"}, ("trust", 1, 201, 0)),
        ("trust", {"trust": "free"}, ("trust", 1, 201, None)),
        ("note", {"words": "Seen before."}, ("note", 1, None, 201, "Seen before.")),
    ],
)
async def test_moderators_act(
    town: Town, mona: Reader, act: str, typed: dict[str, str], done: tuple[object, ...]
) -> None:
    page = await mona.send(await mona.get(PAGE), f"form[action={PAGE}/{act}]", **typed)
    assert (page.status, page.url.endswith(PAGE)) == (200, True)
    assert town.order.done == [done]


@pytest.mark.parametrize(
    ("act", "typed", "why"),
    [
        ("warn", {"words": " "}, "Please say what the warning is for."),
        ("mute", {"mute": "17", "words": "Kept"}, "Please say for how long."),
        ("trust", {"trust": "9"}, "Please choose a level of trust."),
        ("note", {"words": ""}, "This note says nothing yet."),
        ("warn", {"words": "x" * 2001}, "Please say it in at most 2000 characters."),
    ],
)
async def test_what_cannot_be_done_is_given_back(
    town: Town, mona: Reader, act: str, typed: dict[str, str], why: str
) -> None:
    answer = await mona.send(await mona.get(PAGE), f"form[action={PAGE}/{act}]", **typed)
    assert (answer.status, answer.words(".refused")) == (422, why)
    form = answer.one(f"form[action={PAGE}/{act}]")
    assert form.getparent().get("open") is not None
    if "words" in typed:
        assert dict(form.form_values())["words"].strip() == typed["words"].strip()
    assert town.order.done == []


async def test_what_the_desk_refuses_is_told_with_what_was_typed(town: Town, mona: Reader) -> None:
    town.order.refused = RequestError("There is no such feed here.")
    answer = await mona.send(await mona.get(PAGE), f"form[action={PAGE}/warn]", words="Kept")
    assert (answer.status, answer.words(".refused")) == (422, "There is no such feed here.")
    assert answer.one("#warn-words").text.strip() == "Kept"


async def test_a_mute_is_lifted(town: Town, mona: Reader) -> None:
    standing = replace(RICK.standing, muted_until=town.clock.now() + timedelta(days=1))
    town.order.add_member(ONE, replace(RICK, standing=standing))
    await mona.send(await mona.get(PAGE), f"form[action={PAGE}/unmute]")
    assert town.order.done == [("mute", 1, 201, None, "")]


async def test_bans_are_for_admins(town: Town, mona: Reader) -> None:
    page = await mona.get(PAGE)
    assert page.all(f"form[action={PAGE}/ban]") == []
    answer = await mona.post(f"{PAGE}/ban", {"csrf": await mona.csrf(), "sure": "yes"})
    assert (answer.status, town.order.done) == (403, [])
    assert "This is for admins." in answer.words("main")


async def test_an_admin_bans_and_lifts_it(town: Town, alma: Reader) -> None:
    page = await alma.get(PAGE)
    answer = await alma.send(page, f"form[action={PAGE}/ban]", words="Enough.", void="yes")
    assert (answer.status, answer.words(".refused")) == (422, "Please tick that you are sure.")
    assert answer.fields(f"form[action={PAGE}/ban]")["void"] == "yes"
    await alma.send(page, f"form[action={PAGE}/ban]", words="Enough.", void="yes", sure="yes")
    assert town.order.done == [("ban", 1, 201, True, "Enough.")]
    standing = replace(RICK.standing, banned_at=town.clock.now(), votes_void=True)
    town.order.add_member(ONE, replace(RICK, standing=standing))
    page = await alma.get(PAGE)
    assert "banned, their votes do not count" in page.words(".bad")
    await alma.send(page, f"form[action={PAGE}/unban]")
    assert town.order.done[1:] == [("unban", 1, 201)]


async def test_nobody_measures_their_equals(town: Town, mona: Reader) -> None:
    town.order.add_member(ONE, someone(301, "Otto", role=Role.MODERATOR))
    page = await mona.get("/mod/members/301")
    for act in ("warn", "mute", "ban"):
        assert page.all(f"form[action=/mod/members/301/{act}]") == []
    assert page.all("form[action=/mod/members/301/note]") != []
    assert (await mona.post(f"{PAGE}/praise", {"csrf": await mona.csrf()})).status == 404


async def test_a_form_leads_back_to_where_it_stood(town: Town, mona: Reader) -> None:
    form = (await mona.get(PAGE)).fields(f"form[action={PAGE}/note]") | {"words": "x"}
    for back, where in (("/members/201", "/members/201"), ("//evil.example", PAGE)):
        answer = await mona.post(f"{PAGE}/note", form | {"back": back}, allow_redirects=False)
        assert answer.headers["Location"] == where


# --- discussions ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("act", "typed", "done"),
    [
        ("lock", {"lasting": "14400"}, ("lock", 1, 1, timedelta(hours=4))),
        ("lock", {"lasting": "open"}, ("lock", 1, 1, None)),
        ("slow", {"wait": "300"}, ("slow", 1, 1, timedelta(minutes=5))),
        ("slow", {"wait": "none"}, ("slow", 1, 1, None)),
        ("sensitive", {"reason": "  A  dead animal"}, ("sensitive", 1, 1, None, "A dead animal")),
    ],
)
async def test_a_discussion_is_kept_in_order(
    town: Town, mona: Reader, act: str, typed: dict[str, str], done: tuple[object, ...]
) -> None:
    page = await mona.send(await mona.get("/a/1"), f"form[action=/mod/discussions/1/{act}]", **typed)
    assert (page.status, page.url.endswith("/a/1")) == (200, True)
    assert town.order.done == [done]


async def test_it_is_opened_again(town: Town, mona: Reader) -> None:
    stand = town.stands[DiscussionId(1)]
    line = replace(stand.line, locked=True, slow=timedelta(minutes=5), sensitive="a dead animal")
    town.stands[DiscussionId(1)] = replace(stand, line=line)
    page = await mona.get("/a/1")
    assert page.words(".keeping summary") == "For moderators · locked · slow mode · sensitive"
    assert page.fields("form[action=/mod/discussions/1/slow]")["wait"] == "300"
    await mona.send(page, "form[action=/mod/discussions/1/unlock]")
    await mona.send(page, "form[action=/mod/discussions/1/sensitive]")
    assert town.order.done == [("unlock", 1, 1), ("sensitive", 1, 1, None, None)]


@pytest.mark.parametrize(
    ("act", "typed", "why"),
    [
        ("lock", {"lasting": "1"}, "Please say for how long."),
        ("slow", {"wait": ""}, "Please say for how long."),
        ("sensitive", {"reason": " "}, "Please say in a few words why it is sensitive."),
        ("sensitive", {"reason": "x" * 101}, "Please say in at most 100 characters why it is sensitive."),
    ],
)
async def test_what_makes_no_sense_is_refused(
    town: Town, mona: Reader, act: str, typed: dict[str, str], why: str
) -> None:
    answer = await mona.post(f"/mod/discussions/1/{act}", {"csrf": await mona.csrf()} | typed)
    assert (answer.status, why in answer.words("main")) == (422, True)
    assert town.order.done == []
    assert (await mona.post("/mod/discussions/1/burn", {"csrf": await mona.csrf()})).status == 404


async def test_a_curtain_is_drawn_before_a_comment(town: Town, mona: Reader) -> None:
    comment = remark(town, RICK, "<p>Look.</p>")
    form = f"form[action=/mod/comments/{comment.id}/sensitive]"
    page = await mona.send(await mona.get("/a/1"), form, reason="blood")
    assert town.order.done == [("sensitive", 1, None, comment.id, "blood")]
    assert page.url.endswith(f"/a/1#c{comment.id}")
    csrf = await mona.csrf()
    assert (await mona.post("/mod/comments/99/sensitive", {"csrf": csrf, "reason": "x"})).status == 404


async def test_members_have_no_such_forms(town: Town, reader: Reader) -> None:
    remark(town, RICK, "<p>Look.</p>")
    await reader.sign_in("Ada")
    assert "/mod/" not in (await reader.get("/a/1")).text


# --- the log ----------------------------------------------------------------------------------------


def line(town: Town, action: str, subject: str = "case:5", **more: str | None) -> LogLine:
    made = LogLine(at=town.clock.now(), by="Mona", action=action, subject=subject, before=None, after=None)
    return replace(made, **more)  # type: ignore[arg-type]


async def test_the_log_is_read_by_groups(town: Town, mona: Reader) -> None:
    town.order.logged += [
        (ONE, line(town, "case.claim")),
        (ONE, line(town, "discussion.lock", "discussion:1", by=None)),
    ]
    town.order.logged += [(TWO, line(town, "case.decide", "case:8"))]
    page = await mona.get("/mod/log")
    assert [" ".join(each.text_content().split()) for each in page.all("ol.log li strong")] == [
        "Mona",
        "Tribune itself",
    ]
    assert "Mona claimed a case · Case 5" in page.words("ol.log")
    assert page.one("ol.log a[href=/mod/cases/5]") is not None
    assert "Case 8" not in page.text
    assert "claimed" not in (await mona.get("/mod/log?group=discussion")).words("ol.log")
    assert len((await mona.get("/mod/log?group=nonsense")).all("ol.log li")) == 2


async def test_the_log_is_paged(town: Town, mona: Reader) -> None:
    town.order.logged += [(ONE, line(town, "case.claim")) for _ in range(51)]
    assert len((await mona.get("/mod/log")).all("ol.log li")) == 50
    assert len((await mona.get("/mod/log?page=2&group=case")).all("ol.log li")) == 1
    assert (await mona.get("/mod/log?page=3")).status == 404


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        (None, ""),
        ('{"ruling": "ignore", "words": "Old."}', "ignored, “Old.”"),
        (
            '{"ruling": "agree", "measure": "hide", "sanction": "mute", "mute_hours": 24.0, "sensitive": "blood"}',
            "agreed, hidden, author muted for 1 day, behind a curtain: blood",
        ),
        ('{"ruling": "agree", "measure": "keep", "sanction": "warn"}', "agreed, left where it is, author warned"),
        ('{"ruling": "agree", "sanction": "mute"}', "agreed, author muted"),
        ('{"broken', '{"broken'),
        ("2026-01-13T12:00:00+00:00", "until 13 January 2026, 13:00 CET"),
        ("300s", "5 minutes"),
        ("2 (locked)", "2, set by a moderator"),
        ("sent-on", "sent on"),
        ("votes void", "their votes do not count"),
        ("case:5", "Case 5"),
        ("12", "12"),
        ("{words} {", "{words} {"),
    ],
)
def test_what_was_stored_is_readable(stored: str | None, shown: str) -> None:
    assert log.readable(stored, translator("en"), "Europe/Paris") == shown


def test_an_action_belongs_to_a_group() -> None:
    assert {action.partition(".")[0] for action in log.ACTIONS} <= set(log.GROUPS)
