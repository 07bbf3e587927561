"""What is sensitive, hidden, locked or merged, as readers meet it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.web import WebNetwork
from bot.domain.events import Edited, Event, Outcome, Posted
from bot.domain.model import CommentId, DiscussionId, Role
from tests.unit.web.reader import Reader
from tests.unit.web.test_discussion import bodies, say
from tests.unit.web.town import ONE, Town


def change_article(town: Town, **changes: object) -> None:
    stand = town.stands[DiscussionId(1)]
    stand.line = replace(stand.line, **changes)  # type: ignore[arg-type]


def change_comment(town: Town, number: int, **changes: object) -> None:
    at, view = town.talk[CommentId(number)]
    town.talk[CommentId(number)] = (at, replace(view, **changes))  # type: ignore[arg-type]


async def test_a_sensitive_article_stands_behind_its_reason(town: Town, reader: Reader) -> None:
    content = replace(
        town.stands[DiscussionId(1)].line.content,
        body='<p>Gore</p><img src="https://img.example/x.png">',
        image="https://img.example/y.png",
    )
    change_article(town, sensitive="An <accident>", content=content)
    listed = await reader.get("/")
    assert listed.words("#a1 details.curtain summary") == "Sensitive: An <accident>"
    assert listed.all("#a1 img") == []
    assert listed.words("#a1 h2") == "A bridge opens"
    page = await reader.get("/a/1")
    assert "Gore" in page.words("details.curtain")
    assert [image.get("loading") for image in page.all("main img")] == ["lazy", "lazy"]
    assert len(page.all("details.curtain img")) == 2
    assert page.all("details.curtain[open]") == []


async def test_an_author_draws_a_curtain_and_takes_it_away(town: Town, web: WebNetwork, reader: Reader) -> None:
    await reader.sign_in("Ada")
    events: list[Event] = []

    async def emit(event: Event) -> Outcome:
        events.append(event)
        return await town.emit(event)

    web._site.emit = emit
    form = await reader.get("/a/1/reply")
    bare = await reader.send(form, "form.write", text="The butler", sensitive="yes")
    assert bare.status == 422
    assert bare.words(".refused") == "Please say in a few words why it is sensitive."
    assert (bare.one("textarea").text or "").strip() == "The butler"
    assert bare.one("input[name=sensitive]").get("checked") is not None
    await reader.send(bare, "form.write", text="The butler", sensitive="yes", sensitive_reason="The  ending")
    change_comment(town, 1, sensitive="The ending")
    page = await reader.get("/a/1/c/1/edit")
    assert page.one("input[name=sensitive_reason]").get("value") == "The ending"
    fields = page.fields("form.write") | {"text": "Nobody"}
    await reader.post("/a/1/c/1/edit", fields)
    fields.pop("sensitive")
    await reader.post("/a/1/c/1/edit", fields)
    said = [event.sensitive for event in events if isinstance(event, Posted | Edited)]
    assert said == ["The ending", "The ending", None]


async def test_a_sensitive_comment_stands_behind_its_reason(town: Town, reader: Reader) -> None:
    await reader.sign_in("Ada")
    await say(reader, "The butler")
    change_comment(town, 1, sensitive="The ending")
    page = await reader.get("/a/1")
    assert page.words("#c1 details.curtain summary") == "Sensitive: The ending"
    assert page.words("#c1 details.curtain [data-text]") == "The butler"


async def test_links_of_newcomers_are_text(town: Town, reader: Reader) -> None:
    await reader.sign_in("Ada")
    await say(reader, "See https://example.org/x")
    assert (await reader.get("/a/1")).all("#c1 [data-text] a") == []
    assert "https://example.org/x" in (await reader.get("/a/1")).words("#c1 [data-text]")
    change_comment(town, 1, trust=1)
    assert (await reader.get("/a/1")).one("#c1 [data-text] a").get("href") == "https://example.org/x"


async def test_a_hidden_comment_is_seen_by_its_author_and_moderators(town: Town, readers: Callable[[], Reader]) -> None:
    ada, bob, visitor = readers(), readers(), readers()
    await ada.sign_in("Ada")
    await bob.sign_in("Bob")
    await say(ada, "Rude")
    await say(bob, "Well", to=1)
    change_comment(town, 1, hidden=True)
    assert "only its author and the moderators" in (await ada.get("/a/1")).words("#c1")
    assert bodies(await ada.get("/a/1")) == ["Rude", "Well"]
    for reader in (bob, visitor):
        page = await reader.get("/a/1")
        assert page.words("#c1") == "This comment is out of sight."
        assert bodies(page) == ["Well"]
    for path in ("reply?to=1", "c/1/report", "c/1/edit"):
        assert (await bob.get(f"/a/1/{path}")).status in {403, 422}
    await say(ada, "Rude again")
    change_comment(town, 3, hidden=True)
    assert (await bob.get("/a/1")).all("#c3") == []
    bobs = town.people.by_ref(next(a.ref for _, a in town.people.accounts.values() if a.name == "Bob"))
    town.people.roles[ONE, bobs.member_id] = Role.MODERATOR
    assert bodies(await bob.get("/a/1")) == ["Rude", "Well", "Rude again"]


async def test_a_hidden_article_is_there_for_moderators_only(town: Town, reader: Reader) -> None:
    change_article(town, hidden=True)
    assert (await reader.get("/a/1")).status == 404
    await reader.sign_in("Ada")
    assert (await reader.get("/a/1")).status == 404
    account = next(account for _, account in town.people.accounts.values())
    town.people.roles[ONE, account.member_id] = Role.MODERATOR
    assert (await reader.get("/a/1")).words(".notice") == "Out of sight for all but moderators."


@pytest.mark.parametrize(
    ("until", "notice"),
    [
        (None, "This discussion is locked."),
        (timedelta(hours=2), "This discussion is locked until 12 January 2026, 15:00 CET."),
    ],
)
async def test_a_locked_discussion_offers_no_forms(
    town: Town, reader: Reader, until: timedelta | None, notice: str
) -> None:
    await reader.sign_in("Ada")
    await say(reader, "Before")
    change_article(town, locked=True, locked_until=town.clock.now() + until if until else None)
    page = await reader.get("/a/1")
    assert page.words(".notice") == notice
    assert page.all("form.write") == page.all("form.votes") == []
    assert [link.text_content() for link in page.all("#c1 .acts a")] == ["Edit", "Delete"]
    assert (await reader.get("/a/1/reply")).status == 403
    assert (await reader.get("/a/1/c/1/edit")).status == 200
    assert (await reader.get("/a/1/reply")).words(".failure p").startswith("This discussion is locked")
    account = next(account for _, account in town.people.accounts.values())
    town.people.roles[ONE, account.member_id] = Role.MODERATOR
    assert len((await reader.get("/a/1")).all("#write")) == 1
    town.people.roles[ONE, account.member_id] = Role.MEMBER
    if until is not None:
        town.clock.time += until
        assert len((await reader.get("/a/1")).all("#write")) == 1


async def test_a_comment_that_comes_too_late_is_given_back(town: Town, reader: Reader) -> None:
    await reader.sign_in("Ada")
    form = await reader.get("/a/1")
    change_article(town, locked=True)
    answer = await reader.send(form, "#write", text="Just in time?")
    assert (answer.status, answer.words(".refused")) == (403, "This discussion is locked.")
    assert (answer.one("textarea").text or "").strip() == "Just in time?"
    assert town.talk == {}


async def test_slow_mode_says_how_long_one_waits(town: Town, reader: Reader) -> None:
    change_article(town, slow=timedelta(minutes=5))
    assert (await reader.get("/a/1")).words(".notice") == "Slow mode: 5 minutes between two comments."


async def test_a_refusal_names_a_moment_in_the_sections_zone(town: Town, web: WebNetwork, reader: Reader) -> None:
    async def emit(event: Event) -> Outcome:
        until = town.clock.now() + timedelta(minutes=5)
        key = "This discussion is in slow mode: you can write again at {until}."
        return Outcome(refused=key, values=(("until", until),))

    await reader.sign_in("Ada")
    web._site.emit = emit
    answer = await say(reader, "Too soon")
    assert answer.words(".refused") == (
        "This discussion is in slow mode: you can write again at 12 January 2026, 13:05 CET."
    )
    assert answer.one(".refused time").get("datetime") == "2026-01-12T12:05:00Z"


async def test_a_merged_article_leads_to_the_other(town: Town, reader: Reader) -> None:
    town.merged[DiscussionId(9)] = DiscussionId(2)
    await reader.sign_in("Ada")
    for old, new in (
        ("/a/9?sort=new", "/a/2?sort=new"),
        ("/a/9/c/5", "/a/2/c/5"),
        ("/a/9/report", "/a/2/report"),
        ("/api/articles/9/comments?page=1", "/api/articles/2/comments?page=1"),
    ):
        answer = await reader.get(old, allow_redirects=False)
        assert (answer.status, answer.headers.get("Location")) == (308, new)
    assert (await reader.get("/a/99")).status == 404
