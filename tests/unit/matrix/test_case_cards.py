"""A case as a room shows it to moderators, and what its reactions come to."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from adapters.matrix import refs
from adapters.matrix.cards import LARGEST
from adapters.matrix.case_cards import case_content, permalink
from adapters.matrix.commands.questions import Ask, Questions
from adapters.matrix.markers import ASKS, CASE, MARKER
from bot.commands.everything import COMMANDS
from bot.domain.model import CaseId, FlagReason, SubjectKind
from bot.domain.telling import Sentence
from bot.ports.network import CaseCard

CARD = CaseCard(
    case_id=CaseId(12),
    kind=SubjectKind.COMMENT,
    title="The bridge <is> open",
    text="You are all fools.\n@room look!",
    author="Carl",
    message=refs.message("!room", "$comment"),
    reports=(("Ann", FlagReason.UNKIND, "This is <b>rude</b>."), ("Bob", FlagReason.SPAM, "")),
    hidden=True,
    claimed_by="Max",
    decision=(),
    link="https://news.example.org/a/1",
    marker="case-12",
    language="en",
    zone="UTC",
)
SPECS = tuple(each.command for each in COMMANDS)


def test_all_that_moderators_need_is_there() -> None:
    content = case_content(CARD, "example.org")
    assert content["body"].splitlines() == [
        "Case 12 · Comment",
        "The bridge <is> open · Carl",
        "It is hidden.",
        "claimed by Max",
        "https://matrix.to/#/!room/$comment?via=example.org",
        "https://news.example.org/a/1",
        "",
        "> You are all fools.",
        "> @\u200broom look!",
        "",
        "2 reports",
        "• Ann – Unkind: This is <b>rude</b>.",
        "• Bob – Spam",
        "",
        "✅ Hide it",
        "❌ It may stay",
        "1️⃣ Delete it",
        "2️⃣ Hide it and warn the author",
        "3️⃣ Hide it and mute the author for a day",
        "4️⃣ Ignore the reports",
        "5️⃣ Claim it",
        "6️⃣ Give it back",
    ]
    assert "This is &lt;b&gt;rude&lt;/b&gt;." in content["formatted_body"]
    assert (content[MARKER], content[CASE], content["m.mentions"], content["msgtype"]) == ("case-12", 12, {}, "m.text")


@pytest.mark.parametrize("kind", [SubjectKind.COMMENT, SubjectKind.ARTICLE])
def test_each_reaction_is_a_command_of_the_registry(kind: SubjectKind) -> None:
    find = {each.name: each for each in SPECS}.__getitem__
    question = Questions(find).read(case_content(replace(CARD, kind=kind), "example.org")[ASKS])
    assert question is not None
    assert question.of is None
    for ask in question.does.values():
        assert isinstance(ask, Ask)
        assert all(find(ask.command).parameter(name) is not None for name, _ in ask.values)
        assert ("case", "12") in ask.values
    assert len(question.does) == (8 if kind is SubjectKind.COMMENT else 5)


def test_a_decided_case_says_how_it_ended_and_asks_nothing() -> None:
    decision = (Sentence(key="Decided by {name}.", values={"name": "Max"}),)
    content = case_content(replace(CARD, decision=decision), "example.org")
    assert ASKS not in content
    assert content["body"].endswith("Decision\n• Decided by Max.")
    assert "claimed" not in content["body"]


def test_the_longest_case_fits() -> None:
    reports = (("é" * 300, FlagReason.OTHER, "é" * 2000),) * 200
    content = case_content(replace(CARD, text="é" * 50_000, reports=reports, title="é" * 900), "example.org")
    assert len(json.dumps(content)) <= LARGEST
    assert "200 reports" in content["body"]


def test_a_room_of_an_older_version_is_found_through_its_own_homeserver() -> None:
    message = refs.message("!room:else.org", "$a")
    assert permalink(message, "example.org") == "https://matrix.to/#/!room:else.org/$a?via=else.org"


def test_what_was_reported_elsewhere_is_not_linked() -> None:
    content = case_content(replace(CARD, message=None, link=None), "example.org")
    assert "http" not in content["body"]
