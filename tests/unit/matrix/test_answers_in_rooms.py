"""An answer as a room shows it: nothing is lost, nothing calls anybody, every message fits into an event."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.matrix.commands.answers import Showing
from adapters.matrix.commands.discretion import parted
from adapters.matrix.commands.questions import Ask
from adapters.matrix.commands.words import ROOM, cut, packed, said, size
from adapters.matrix.markup.writing import Words
from bot.commands.line import parse
from bot.domain.html import plain_text
from bot.domain.model import CommunityId, Role
from bot.domain.telling import Sentence
from bot.locale import translator
from bot.ports.chat import Place
from bot.ports.commands import (
    Address,
    Answer,
    Block,
    Column,
    Command,
    Document,
    Fact,
    Facts,
    Kind,
    Listing,
    Offer,
    Offers,
    Parameter,
)

COMMAND = Command(
    name="thing list",
    help="List them.",
    role=Role.READER,
    parameters=(
        Parameter(name="page", kind=Kind.NUMBER, help="Which."),
        Parameter(name="all", kind=Kind.SWITCH, help="All."),
        Parameter(name="password", kind=Kind.SECRET, help="Not shown."),
    ),
)
PAGED = Ask(command="thing list", values=(("channel", "news"), ("page", "2")))
THREE = tuple(Column(name=each, label=each) for each in ("Article", "Title", "Page"))
EMPTY = Sentence(key="There is nothing.")


def show(*blocks: Block, ask: Ask = PAGED) -> list[Words]:
    t = translator("en")
    return Showing(t=t, zone="Europe/Paris", prefix="!tribune", ask=ask, find=lambda name: COMMAND).words(blocks)


def only(*blocks: Block) -> Words:
    (words,) = show(*blocks)
    return words


def listing(*rows: tuple[str, ...], page: int = 1, pages: int = 1) -> Listing:
    return Listing(
        columns=THREE[: len(rows[0]) if rows else 3], rows=rows, empty=EMPTY, page=page, pages=pages, total=9
    )


def test_a_list_of_many_columns_is_a_table_and_reads_well_where_tables_are_not_shown() -> None:
    words = only(listing(("1", "Bridge opened", "https://example.org/1"), ("2", "Tower painted", "")))
    assert words.html.count("<tr>") == 3
    assert '<a href="https://example.org/1">' in words.html
    assert plain_text(words.html.replace("<t", "<x").replace("</t", "</x")).splitlines() == [
        "Article Title Page",
        "1 Bridge opened https://example.org/1",
        "2 Tower painted",
    ]
    assert words.plain.splitlines()[1] == "• 2 (Title: Tower painted)"


def test_a_list_of_two_columns_is_a_list() -> None:
    assert only(listing(("news", "The news"))).html == "<ul><li>news – The news</li></ul>"


def test_columns_in_which_nothing_stands_are_left_out() -> None:
    assert "Page" not in only(listing(("1", "Bridge opened", ""))).html


def test_where_there_is_nothing_that_is_said() -> None:
    assert only(listing()) == said("There is nothing.")


def test_the_next_page_is_asked_for_by_a_line() -> None:
    listed, further = show(listing(("1", "a", "b"), page=2, pages=3))
    assert listed.plain.endswith("Page 2 of 3, 9 in all")
    assert further.plain == "The next page: !tribune thing list --channel news --page 3"
    assert "<code>!tribune thing list --channel news --page 3</code>" in further.html
    assert len(show(listing(("1", "a", "b"), page=3, pages=3))) == 1
    secret = Ask(command="thing list", values=(("password", "sesame"),))
    assert "sesame" not in str(show(listing(("1", "a", "b"), page=1, pages=3), ask=secret))


def test_what_is_to_be_typed_is_read_back_as_it_was_meant() -> None:
    values = (("all", "no"), ("page", "3"), ("password", 'two "words"'))
    line = Showing(t=translator("en"), zone="UTC", prefix="!tribune", ask=PAGED, find=lambda name: COMMAND).line(
        "thing list", values
    )
    assert parse(line.removeprefix("!tribune "), [COMMAND]).values == values


def test_facts_have_their_names_and_moments_the_zone_of_the_place() -> None:
    at = datetime(2026, 1, 31, 12, tzinfo=UTC)
    words = only(
        Facts(title=EMPTY, facts=(Fact(name="at", label="When", value=at), Fact(name="x", label="By", value=None)))
    )
    assert words.html.startswith("<p><strong>There is nothing.</strong></p><ul><li><strong>When</strong>: ")
    assert "13:00" in words.html
    assert words.plain.endswith("By: –")


def test_offers_have_numbers_and_the_lines_that_could_be_typed_instead() -> None:
    offer = Offer(label=Sentence(key="News <b>"), command="thing list", values=(("channel", "news"),))
    secret = Offer(label=Sentence(key="Sport"), command="thing list", values=(("password", "sesame"),))
    words = only(Offers(question=EMPTY, offers=(offer, secret)))
    assert words.plain.splitlines() == [
        "There is nothing.", "1️⃣ News <b>", "   !tribune thing list --channel news", "2️⃣ Sport",
    ]  # fmt: skip
    assert "1️⃣ News &lt;b&gt;<br>2️⃣ Sport" in words.html
    assert "sesame" not in words.html + words.plain


def test_a_small_document_is_shown_as_it_is() -> None:
    words = only(Document(name="a.xml", media_type="text/xml", text="<a/>\n  <b/>"))
    assert "<pre><code>&lt;a/&gt;\n  &lt;b/&gt;</code></pre>" in words.html


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "https://matrix.to/#/@anna:example.org", "mailto:a@example.org"]
)
def test_what_is_no_web_address_cannot_be_followed(url: str) -> None:
    assert "<a " not in only(Address(label="Page", url=url)).html


@given(st.lists(st.text(max_size=200), min_size=3, max_size=3))
def test_what_members_write_is_shown_and_read_as_nothing_else(cells: list[str]) -> None:
    for words in show(listing(tuple(cells))):
        assert "<script" not in words.html
        assert "@room" not in words.html + words.plain
        for each in ("<b>", "<img"):
            assert each not in words.html or each not in "".join(cells)


@given(st.lists(st.text(alphabet="aé@\n ", max_size=5_000), min_size=1, max_size=20))
def test_every_message_fits_and_nothing_is_lost(texts: list[str]) -> None:
    blocks = [Sentence(key=each) for each in texts]
    messages = list(packed(show(*blocks)))
    assert all(size(each) <= ROOM for each in messages)
    assert sum(each.plain.count("é") for each in messages) == sum(each.count("é") for each in texts)


def test_a_list_that_no_message_can_hold_is_parted() -> None:
    parts = show(listing(*((f"row{number}", "é" * 300, "x") for number in range(60)), page=1, pages=2))
    assert len(parts) > 2
    assert all(size(each) <= ROOM for each in parts)
    assert sum(each.plain.count("row") for each in parts) == 60
    assert sum("Page 1 of 2" in each.plain for each in parts) == 1


@given(st.text(max_size=300), st.integers(min_value=1, max_value=50))
def test_a_text_is_cut_without_loss(text: str, most: int) -> None:
    parts = list(cut(text, most))
    assert all(len(each) <= most for each in parts)
    assert "".join(parts).replace("\n", "") == text.replace("\n", "")


def test_sizes_are_counted_as_they_are_sent() -> None:
    assert size(Words(plain="é", html="")) == len(json.dumps("é")) + 2


# --- who sees it ---

PLACE = Place(community_id=CommunityId(1), channel=None, language="en", zone="UTC")


def test_secrets_are_for_one_alone() -> None:
    done, link = Sentence(key="Done."), Address(label="Sign-in link", url="https://example.org/", secret=True)
    open_link = Address(label="Page", url="https://example.org/")
    assert parted(COMMAND, Answer(blocks=(done, link, open_link)), PLACE) == ((done, open_link), (link,))


def test_what_is_stored_of_a_member_is_for_the_member_alone() -> None:
    export = Document(name="me.json", media_type="application/json", text="{}")
    me = Command(name="me export", help="Export.", role=Role.MEMBER)
    assert parted(me, Answer(blocks=(export,)), PLACE) == ((), (export,))
    assert parted(COMMAND, Answer(blocks=(export,)), PLACE) == ((export,), ())


def test_reports_are_read_where_only_moderators_read() -> None:
    queue, answer = (
        Command(name="mod queue", help="Queue.", role=Role.MODERATOR, changes=False),
        Answer(blocks=(EMPTY,)),
    )
    assert parted(queue, answer, PLACE) == ((), (EMPTY,))
    decides = Command(name="mod agree", help="Agree.", role=Role.MODERATOR)
    assert parted(decides, answer, PLACE) == ((EMPTY,), ())
