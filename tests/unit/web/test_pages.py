"""What the pages show, in both languages."""

from __future__ import annotations

from datetime import timedelta

import pytest

from adapters.web import WebNetwork
from bot.domain.model import DiscussionId, Ref, Vote
from bot.ports.pages import Said
from tests.unit.web.reader import Reader
from tests.unit.web.town import ONE, START, Town


async def test_the_front_page_has_all_sections_with_their_articles(reader: Reader) -> None:
    page = await reader.get("/")
    assert page.status == 200
    assert [link.text_content() for link in page.all("article.story h2 a")] == ["A bridge opens", "Bees return"]
    assert [link.text_content() for link in page.all("nav.tabs a")] == ["All", "World", "Sciences"]
    story = page.words("#a1")
    for part in ("News Example", "12 January 2026, 12:00 CET", "About A bridge opens.", "0 comments"):
        assert part in story


async def test_a_section_shows_its_own_only(reader: Reader) -> None:
    assert len((await reader.get("/s/world")).all("article.story")) == 2
    empty = await reader.get("/s/sciences")
    assert empty.all("article.story") == []
    assert "There are no articles here yet." in empty.words("main")
    assert (await reader.get("/s/none")).status == 404


async def test_a_list_is_paged(town: Town, reader: Reader) -> None:
    for number in range(30):
        town.add_article(ONE, Ref("web:section/world"), f"More {number}")
    first, second = await reader.get("/s/world"), await reader.get("/s/world?page=2")
    assert (len(first.all("article.story")), len(second.all("article.story"))) == (25, 7)
    assert first.one("nav.pager a").get("href") == "/s/world?page=2"
    assert second.one("nav.pager a").get("href") == "/s/world"
    assert (await reader.get("/s/world?page=3")).status == 404
    assert (await reader.get("/s/world?page=-1&sort=nonsense")).status == 200


async def test_top_is_bounded_by_a_period(town: Town, reader: Reader) -> None:
    town.clock.time += timedelta(days=10)
    assert (await reader.get("/?sort=top")).all("article.story") == []
    page = await reader.get("/?sort=top&period=month")
    assert len(page.all("article.story")) == 2
    assert page.words("nav.choices a[aria-current]") == "Top Month"


async def test_an_article_has_its_parts(town: Town, reader: Reader) -> None:
    number = town.add_article(
        ONE,
        Ref("web:section/world"),
        "A <b>storm</b> & rain",
        author="Joan",
        body='<p>It rained.</p><img src="https://img.example/x.png">',
        image="https://img.example/y.png",
        teaser=True,
    )
    page = await reader.get(f"/a/{number}")
    assert page.words("h1") == "A <b>storm</b> & rain"
    assert "By Joan" in page.words("article.full header")
    assert page.words(".story-body") == "It rained."
    assert "The publisher shows only a part." in page.words("article.full")
    assert page.one("a.button[href=https://news.example/4]").text_content() == "Read it at News Example"
    assert [image.get("src") for image in page.all("main img")] == [
        "https://img.example/y.png",
        "https://img.example/x.png",
    ]
    assert page.words("#comments-heading") == "0 comments"
    assert "sign in" in page.words("section.discussion")
    assert (await reader.get("/a/99")).status == 404
    assert (await reader.get("/a/999999999999999999")).status == 404


async def test_a_link_that_is_none_is_not_made(town: Town, reader: Reader) -> None:
    number = town.add_article(ONE, Ref("web:section/world"), "X", link="javascript:alert(1)", comments_url="data:x")
    assert "javascript:" not in (await reader.get(f"/a/{number}")).text


async def test_what_the_bot_says_is_shown(town: Town, reader: Reader) -> None:
    town.words[Ref("web:thread/p1")] = [Said(ref=Ref("web:said/1"), html="<p>Mind the <b>rain</b></p>", at=START)]
    town.words[Ref("web:section/world")] = [Said(ref=Ref("web:said/2"), html="<p>Left out</p>", at=START)]
    assert "Mind the rain" in (await reader.get("/a/1")).words("aside.said")
    assert "Left out" in (await reader.get("/s/world")).words("aside.said")
    assert (await reader.get("/")).all("aside.said") == []


@pytest.mark.parametrize("path", ["/", "/s/world", "/a/1", "/about", "/feeds", "/signin", "/a/77"])
async def test_every_page_speaks_french(web: WebNetwork, path: str) -> None:
    async with Reader(web, {"Accept-Language": "fr-CH, en;q=0.5"}) as francophone:
        page = await francophone.get(path)
    assert page.one("html").get("lang") == "fr"
    assert "Se connecter" in page.words("header")
    assert page.headers["Vary"] == "Accept-Language, Cookie"


async def test_the_language_can_be_switched(reader: Reader) -> None:
    page = await reader.get("/a/1?sort=new")
    french = await reader.send(page, "form.languages", language="fr")
    assert french.url.endswith("/a/1?sort=new")
    assert french.one("html").get("lang") == "fr"
    assert (await reader.get("/about")).one("html").get("lang") == "fr"
    again = await reader.send(french, "form.languages", language="xx")
    assert again.one("html").get("lang") == "fr"


async def test_without_a_wish_a_page_speaks_its_sections_language(town: Town, web: WebNetwork) -> None:
    number = town.add_article(ONE, Ref("web:section/sciences"), "Une étoile")
    async with Reader(web, {"Accept-Language": "de"}) as reader:
        assert (await reader.get("/s/sciences")).one("html").get("lang") == "fr"
        assert (await reader.get(f"/a/{number}")).one("html").get("lang") == "fr"
        assert (await reader.get("/")).one("html").get("lang") == "en"


async def test_a_list_shows_how_its_reader_votes(town: Town, reader: Reader) -> None:
    await reader.sign_in("Ada")
    account = next(iter(town.people.accounts.values()))[1]
    town.reactions[Ref("r")] = (Ref("web:post/p1"), account.member_id, Vote.UP)
    pressed = [button.get("aria-pressed") for button in (await reader.get("/")).all("#a1 button")]
    assert pressed == ["true", "false"]


async def test_static_files_are_kept_for_ever_and_change_their_address(reader: Reader) -> None:
    page = await reader.get("/")
    style = page.one("link[rel=stylesheet]").get("href")
    answer = await reader.get(style)
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "text/css; charset=utf-8"
    assert "immutable" in answer.headers["Cache-Control"]
    assert (await reader.get("/static/0000000000000000/site.css")).status == 404
    assert (await reader.get("/static/..%2f..%2f/settings.py")).status == 404


async def test_no_script_and_no_style_stands_in_a_page(reader: Reader) -> None:
    await reader.sign_in("Ada")
    for path in ("/", "/a/1", "/a/1/reply", "/feeds", "/about"):
        page = await reader.get(path)
        assert all(script.get("src") and not script.text for script in page.all("script"))
        assert page.all("style") == []
        assert page.all("[style]") == []
        assert page.page.xpath("//@*[starts-with(name(), 'on')]") == []


async def test_a_page_needs_few_questions(town: Town, reader: Reader) -> None:
    assert town.stands[DiscussionId(1)].line.comments == 0
    asked: list[str] = []
    for name in ("sections", "articles", "article", "comments", "comment", "said"):
        _count(town, name, asked)
    await reader.get("/a/1")
    assert sorted(asked) == ["article", "comments", "said", "sections"]
    asked.clear()
    await reader.get("/")
    assert sorted(asked) == ["articles", "sections"]


def _count(town: Town, name: str, asked: list[str]) -> None:
    inner = getattr(town, name)

    async def counted(*arguments: object, **options: object) -> object:
        asked.append(name)
        return await inner(*arguments, **options)

    setattr(town, name, counted)
