"""Comments, votes and reports, as somebody without script makes them."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest

from adapters.web import WebNetwork
from bot.domain.model import CommentId, FlagReason, Ref, Role, Totals
from tests.unit.web.reader import Answer, Reader
from tests.unit.web.town import ONE, Town


async def say(reader: Reader, text: str, to: int | None = None, article: int = 1) -> Answer:
    page = await reader.get(f"/a/{article}/reply" + (f"?to={to}" if to else ""))
    return await reader.send(page, "form.write", text=text)


def bodies(page: Answer) -> list[str]:
    return [" ".join(body.text_content().split()) for body in page.all("[data-text]")]


async def test_a_comment_is_written_and_shown(town: Town, reader: Reader) -> None:
    await reader.sign_in("Ada")
    page = await reader.send(await reader.get("/a/1"), "#write", text="Hello *you*\n\nand `me`")
    assert page.url.endswith("/a/1#c1")
    assert bodies(page) == ["Hello youand me"]
    assert town.talk[CommentId(1)][1].html == "<p>Hello <em>you</em></p><p>and <code>me</code></p>"
    assert page.words("#c1-head").startswith("Ada")
    assert page.words("#comments-heading") == "1 comment"


async def test_the_same_form_sent_twice_is_one_comment(town: Town, reader: Reader) -> None:
    await reader.sign_in("Ada")
    form = (await reader.get("/a/1")).fields("#write") | {"text": "Once"}
    answers = [await reader.post("/a/1/reply", form, allow_redirects=False) for _ in range(2)]
    assert [answer.headers["Location"] for answer in answers] == ["/a/1/c/1", "/a/1/c/1"]
    assert len(town.talk) == 1
    await reader.post("/a/1/reply", form | {"nonce": "bad"})
    await reader.post("/a/1/reply", form | {"nonce": "../../x" * 9})
    assert len(town.talk) == 3


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        '"><svg onload=alert(1)>',
        "https://e.org/\"onmouseover='alert(1)'",
        "{{ 7 * 7 }} {% raw %}",
        "\u202ereversed\x00",
    ],
)
async def test_hostile_text_is_text(reader: Reader, hostile: str) -> None:
    await reader.sign_in("<script>Eve</script>")
    page = await say(reader, hostile)
    comment = page.one("#c1")
    assert comment.xpath(".//script | .//img | .//*[@onerror or @onload or @onmouseover]") == []
    assert all(link.get("href").startswith(("http", "/")) for link in comment.xpath(".//a"))
    assert "49" not in bodies(page)[0]
    assert page.words(".my-name") == "<script>Eve</script>"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "This comment says nothing yet."),
        (" \n ", "This comment says nothing yet."),
        ("\u200b\u2060", "This comment says nothing yet."),
        ("x" * 20_001, "20000"),
    ],
)
async def test_what_is_no_comment_is_given_back(town: Town, reader: Reader, text: str, why: str) -> None:
    await reader.sign_in("Ada")
    answer = await say(reader, text)
    assert answer.status == 422
    assert why in answer.words(".refused")
    assert (answer.one("textarea").text or "").strip() == text.strip()
    assert town.talk == {}


async def test_what_the_core_refuses_is_told_in_the_readers_language(town: Town, web: WebNetwork) -> None:
    async with Reader(web, {"Accept-Language": "fr"}) as reader:
        await reader.sign_in("Ada")
        town.refuse = "A comment cannot be empty."
        answer = await say(reader, "Bonjour")
        assert answer.words(".refused") == "Un commentaire ne peut pas être vide."
        assert answer.one("textarea").text.strip() == "Bonjour"


async def test_an_answer_with_a_quote(town: Town, readers: Callable[[], Reader]) -> None:
    ada, bob = readers(), readers()
    await ada.sign_in("Ada")
    await bob.sign_in("Bob")
    await say(ada, "The *first* word")
    form = await bob.get("/a/1/reply?to=1&quote=1")
    typed = form.one("textarea").text.lstrip("\n")
    assert typed == "> [#1] Ada\n> The *first* word\n\n"
    page = await bob.send(form, "form.write", text=typed + "Indeed")
    view = town.talk[CommentId(2)][1]
    assert view.parent_id == 1
    assert view.html.startswith('<blockquote cite="tribune:comment/1"><p>The <em>first</em> word</p></blockquote>')
    link = page.one("#c2 .attribution a")
    assert (link.text_content(), link.get("href")) == ("Ada wrote:", "/a/1/c/1")
    assert "answers Ada" in page.words("#c2-head")
    edit = (await bob.get("/a/1/c/2/edit")).one("textarea").text.lstrip("\n")
    assert edit == "> [#1] Ada\n> The *first* word\n\nIndeed"


async def test_an_answer_needs_what_it_answers(reader: Reader) -> None:
    await reader.sign_in("Ada")
    await say(reader, "x")
    assert (await reader.get("/a/1/reply?to=9")).status == 404
    assert (await reader.get("/a/2/reply?to=1")).status == 404
    assert (await reader.get("/a/1/reply?to=x")).status == 400


async def test_an_edit_is_marked(town: Town, reader: Reader) -> None:
    await reader.sign_in("Ada")
    await say(reader, "Before")
    town.clock.time += timedelta(minutes=5)
    page = await reader.send(await reader.get("/a/1/c/1/edit"), "form.write", text="After")
    assert bodies(page) == ["After"]
    assert "edited" in page.words("#c1-head")
    assert (await reader.send(await reader.get("/a/1/c/1/edit"), "form.write", text=" ")).status == 422


async def test_a_comment_is_deleted_after_asking(town: Town, readers: Callable[[], Reader]) -> None:
    ada, bob = readers(), readers()
    await ada.sign_in("Ada")
    await bob.sign_in("Bob")
    await say(ada, "First")
    await say(bob, "Second", to=1)
    page = await ada.get("/a/1/c/1/delete")
    assert "First" in page.words("blockquote")
    page = await ada.send(page, "main form")
    assert page.words("#c1") == "This comment was deleted."
    assert bodies(page) == ["Second"]
    assert (await ada.get("/a/1/c/1/edit")).status == 403
    assert (await bob.get("/a/1/reply?to=1")).status == 422


@pytest.mark.parametrize("act", ["edit", "delete"])
async def test_a_comment_is_its_authors(town: Town, readers: Callable[[], Reader], act: str) -> None:
    ada, bob, nobody = readers(), readers(), readers()
    await ada.sign_in("Ada")
    await bob.sign_in("Bob")
    await say(ada, "Mine")
    for each in (bob, nobody):
        assert (await each.get(f"/a/1/c/1/{act}")).status == 403
        assert (await each.post(f"/a/1/c/1/{act}", {"csrf": await each.csrf(), "text": "x"})).status == 403
    assert town.talk[CommentId(1)][1].html == "<p>Mine</p>"
    assert (await bob.get("/a/1")).all(f"a[href=/a/1/c/1/{act}]") == []


async def test_moderators_delete_and_do_not_edit(town: Town, readers: Callable[[], Reader]) -> None:
    ada, mod = readers(), readers()
    await ada.sign_in("Ada")
    await mod.sign_in("Mod")
    await say(ada, "Mine")
    town.people.roles[ONE, next(account.member_id for _, account in list(town.people.accounts.values())[1:])] = (
        Role.MODERATOR
    )
    assert (await mod.get("/a/1/c/1/edit")).status == 403
    await mod.send(await mod.get("/a/1/c/1/delete"), "main form")
    assert town.talk[CommentId(1)][1].deleted


async def test_a_permalink_leads_to_the_right_page(town: Town, reader: Reader) -> None:
    await reader.sign_in("Ada")
    for number in range(53):
        town.clock.time += timedelta(minutes=1)
        await say(reader, f"Comment {number}")
    for comment, where in ((1, "/a/1#c1"), (50, "/a/1#c50"), (51, "/a/1?page=2#c51")):
        answer = await reader.get(f"/a/1/c/{comment}", allow_redirects=False)
        assert (answer.status, answer.headers["Location"]) == (303, where)
    assert len((await reader.get("/a/1")).all("article.comment")) == 50
    assert len((await reader.get("/a/1?page=2")).all("article.comment")) == 3
    assert (await reader.get("/a/1?sort=new")).all("article.comment")[0].get("id") == "c53"
    assert (await reader.get("/a/2/c/1")).status == 404
    assert (await reader.get("/a/1/c/99")).status == 404


async def vote(reader: Reader, wish: str, message: str = "web:post/p1", **headers: str) -> Answer:
    form = {"csrf": await reader.csrf(), "message": message, "vote": wish}
    return await reader.post("/vote", form, headers=headers)


async def test_a_vote_posted_twice_counts_once_and_can_be_taken_back(town: Town, reader: Reader) -> None:
    await reader.sign_in("Ada")
    counts = []
    for wish in ("up", "up", "down", "down", "up", "none", "none"):
        page = await vote(reader, wish)
        counts.append([int(page.words(f"header [data-{way}]")) for way in ("up", "down")])
    assert counts == [[1, 0], [1, 0], [0, 1], [0, 1], [1, 0], [0, 0], [0, 0]]


async def test_a_pressed_button_takes_its_vote_back(reader: Reader) -> None:
    await reader.sign_in("Ada")
    page = await vote(reader, "up")
    up, down = page.all("article.full button.vote")
    assert (up.get("aria-pressed"), up.get("value")) == ("true", "none")
    assert (down.get("aria-pressed"), down.get("value")) == ("false", "down")


async def test_a_vote_comes_back_to_where_it_was_given(reader: Reader) -> None:
    await reader.sign_in("Ada")
    page = await reader.get("/?sort=new")
    form = page.fields("#a2 form.votes") | {"vote": "up"}
    answer = await reader.post("/vote", form, allow_redirects=False)
    assert (answer.status, answer.headers["Location"]) == (303, "/?sort=new#a2")


async def test_a_script_gets_the_new_totals(readers: Callable[[], Reader]) -> None:
    ada, bob = readers(), readers()
    await ada.sign_in("Ada")
    await bob.sign_in("Bob")
    await vote(ada, "up")
    answer = await vote(bob, "down", Accept="application/json")
    assert json.loads(answer.text) == {"up": 1, "down": 1, "vote": "down"}


async def test_comments_are_voted_on_by_others(town: Town, readers: Callable[[], Reader]) -> None:
    ada, bob = readers(), readers()
    await ada.sign_in("Ada")
    await bob.sign_in("Bob")
    await say(ada, "x")
    message = town.talk[CommentId(1)][1].message
    assert (await ada.get("/a/1")).all("#c1 button") == []
    await vote(bob, "up", message)
    page = await bob.get("/a/1")
    assert page.words("#c1 [data-up]") == "1"
    assert town._totals(message) == Totals(up=1)


@pytest.mark.parametrize(("wish", "message"), [("sideways", "web:post/p1"), ("", "web:post/p1")])
async def test_a_vote_that_is_none(town: Town, reader: Reader, wish: str, message: str) -> None:
    await reader.sign_in("Ada")
    assert (await vote(reader, wish, message)).status == 400
    assert town.reactions == {}


@pytest.mark.parametrize("message", ["", "web:post/none", "discord:1/2", "web:post/p3", "x" * 5000])
async def test_a_vote_on_what_is_not_here(town: Town, reader: Reader, message: str) -> None:
    await reader.sign_in("Ada")
    assert (await vote(reader, "up", message)).status == 404
    assert town.reactions == {}


async def test_visitors_cannot_take_part(town: Town, reader: Reader) -> None:
    assert (await vote(reader, "up")).status == 403
    csrf = await reader.csrf()
    for path, data in (("/a/1/reply", {"text": "x"}), ("/a/1/report", {"reason": "spam"})):
        answer = await reader.post(path, data | {"csrf": csrf})
        assert answer.status == 403
        assert "Sign in to take part." in answer.text
    assert (town.talk, town.reactions, town.flags) == ({}, {}, [])


async def test_readers_without_a_role_cannot_take_part(town: Town, reader: Reader) -> None:
    await reader.sign_in("Ada")
    town.people.roles[ONE, next(iter(town.people.accounts.values()))[1].member_id] = Role.READER
    assert (await vote(reader, "up")).status == 403
    assert town.reactions == {}


@pytest.mark.parametrize("path", ["/a/1/report", "/a/1/c/1/report"])
async def test_a_problem_is_reported(town: Town, readers: Callable[[], Reader], path: str) -> None:
    ada, bob = readers(), readers()
    await ada.sign_in("Ada")
    await bob.sign_in("Bob")
    await say(ada, "Buy now")
    page = await bob.send(await bob.get(path), "form.write", reason="spam", text=" really ")
    assert "The moderators will look at it." in page.text
    flag = town.flags[0]
    wanted = Ref("web:post/p1") if "/c/" not in path else town.talk[CommentId(1)][1].message
    assert (flag.message, flag.reason, flag.text, flag.who.name) == (wanted, FlagReason.SPAM, "really", "Bob")


@pytest.mark.parametrize(("reason", "text"), [("", "x"), ("nonsense", "x"), ("other", " "), ("spam", "x" * 2001)])
async def test_a_report_says_what_is_wrong(town: Town, reader: Reader, reason: str, text: str) -> None:
    await reader.sign_in("Ada")
    page = await reader.get("/a/1/report")
    answer = await reader.send(page, "form.write", reason=reason, text=text)
    assert answer.status == 422
    assert town.flags == []


async def test_a_report_of_what_was_reported_is_told(town: Town, reader: Reader) -> None:
    await reader.sign_in("Ada")
    town.refuse = "You have reported this already; the moderators will look at it."
    answer = await reader.send(await reader.get("/a/1/report"), "form.write", reason="spam")
    assert answer.status == 422
    assert "reported this already" in answer.text
