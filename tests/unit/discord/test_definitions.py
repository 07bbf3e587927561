"""The commands as Discord takes them: within its limits, and as its own specification has them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from adapters.discord.interactions.definitions import definitions, digest, shortened
from bot.commands.everything import COMMANDS
from bot.domain.model import Role
from bot.ports.commands import Choice, Command, Kind, Parameter

SPECIFICATION = Path(__file__).parents[4] / "shared" / "discord" / "openapi.json"
ALL = definitions([each.command for each in COMMANDS])
SLASH = [each for each in ALL if each["type"] == 1]
_NAME = re.compile(r"[-_'\w]{1,32}")
BOUNDS = {"min_value": 1, "max_value": 9}
_COUNTED = ("name", "description", "value")


def nodes(definition: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """A definition and all that is in it."""
    yield definition
    for each in [*definition.get("options", ()), *definition.get("choices", ())]:
        yield from nodes(each)


def longest(node: Mapping[str, Any], name: str) -> int:
    """How much of a command's 8000 characters a property takes: the longest of its languages counts."""
    texts = [str(node.get(name, "")), *node.get(f"{name}_localizations", {}).values()]
    return max(len(each) for each in texts)


def command(**changes: Any) -> Command:
    return Command(**({"name": "thing do", "help": "Do it.", "role": Role.MEMBER} | changes))


def option(parameter: Parameter) -> dict[str, Any]:
    """The option that Discord is told of for a parameter."""
    (group, *_) = definitions([command(parameters=(parameter,))])
    (found,) = group["options"][0]["options"]
    assert isinstance(found, dict)
    return found


def test_every_command_of_the_registry_is_there_once() -> None:
    alone = {"help"}
    made = [
        f"{group['name']} {sub['name']}" for group in SLASH if group["name"] not in alone for sub in group["options"]
    ]
    assert sorted([*made, *alone]) == sorted(each.command.name for each in COMMANDS)


def test_discords_limits_are_kept() -> None:
    assert len(SLASH) <= 100
    for each in SLASH:
        assert sum(longest(node, name) for node in nodes(each) for name in _COUNTED) <= 8000, each["name"]
        for node in nodes(each):
            assert len(node.get("options", ())) <= 25
            assert len(node.get("choices", ())) <= 25
            if "value" not in node:
                assert _NAME.fullmatch(node["name"])
                assert node["name"] == node["name"].lower()
                assert 0 < longest(node, "description") <= 100


def test_what_is_required_comes_first() -> None:
    for each in SLASH:
        for node in nodes(each):
            wanted = [option["required"] for option in node.get("options", ()) if "required" in option]
            assert wanted == sorted(wanted, reverse=True)


def test_everything_is_said_in_french_too() -> None:
    described = [node for each in SLASH for node in nodes(each) if "description_localizations" in node]
    assert len(described) > len(COMMANDS)
    same = [node["name"] for node in described if node["description_localizations"]["fr"] == node["description"]]
    assert same == []
    assert [each["name_localizations"]["fr"] for each in ALL if each["type"] == 3] == [
        "Signaler aux modérateurs",
        "Citer dans ma réponse",
    ]


@pytest.mark.parametrize(
    ("parameter", "expected"),
    [
        (
            Parameter(name="a", kind=Kind.NUMBER, help="A.", least=1, most=9),
            {"type": 4, "min_value": 1, "max_value": 9},
        ),
        (Parameter(name="a", kind=Kind.NUMBER, help="A.", least=0), {"type": 4, "min_value": 0}),
        (Parameter(name="a", kind=Kind.SWITCH, help="A.", completes=True), {"type": 5}),
        (Parameter(name="a", kind=Kind.FILE, help="A.", required=True), {"type": 11, "required": True}),
        (Parameter(name="a", kind=Kind.SECRET, help="A."), {"type": 3}),
        (Parameter(name="a", kind=Kind.TEXT, help="A.", completes=True), {"type": 3, "autocomplete": True}),
        (Parameter(name="a", kind=Kind.FEED, help="A."), {"type": 3, "autocomplete": True}),
        (Parameter(name="a", kind=Kind.CHANNEL, help="A."), {"type": 3, "autocomplete": True}),
    ],
)
def test_each_kind_of_parameter_has_its_type(parameter: Parameter, expected: dict[str, Any]) -> None:
    plain = {"name": "a", "description": "A.", "description_localizations": {"fr": "A."}, "required": False}
    assert option(parameter) == plain | expected


def test_a_choice_is_picked_by_what_it_is_called() -> None:
    choices = (Choice(value="day", label="The last day"),)
    found = option(Parameter(name="a", kind=Kind.CHOICE, help="A.", choices=choices, completes=True))
    assert found["choices"] == [
        {"name": "The last day", "name_localizations": {"fr": "Le dernier jour"}, "value": "day"}
    ]
    assert "autocomplete" not in found


@pytest.mark.parametrize(
    ("roles", "permissions"),
    [
        ((Role.READER,), None),
        ((Role.ADMIN, Role.MEMBER), None),
        ((Role.ADMIN, Role.MODERATOR), 1 << 40),
        ((Role.ADMIN,), 1 << 5),
        ((Role.OPERATOR,), 1 << 3),
    ],
)
def test_a_group_is_shown_to_who_may_do_the_least_of_it(roles: tuple[Role, ...], permissions: int | None) -> None:
    (group, *_) = definitions([command(name=f"thing do{n}", role=role) for n, role in enumerate(roles)])
    assert group["default_member_permissions"] == permissions


def test_the_digest_tells_definitions_apart() -> None:
    assert digest(ALL) == digest(definitions([each.command for each in COMMANDS]))
    assert digest(ALL) != digest(definitions([each.command for each in COMMANDS[1:]]))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("short", "short"),
        ("one two three", "one two…"),
        ("onetwothreefour", "onetwothr…"),
        ("one two, three", "one two…"),
    ],
)
def test_long_texts_are_cut_between_words(text: str, expected: str) -> None:
    assert shortened(text, 10) == expected


def test_discords_own_specification_takes_them() -> None:
    if not SPECIFICATION.exists():
        pytest.skip(f"Discord's specification is not there: {SPECIFICATION}")
    specification = json.loads(SPECIFICATION.read_text(encoding="utf-8"))
    body = specification["paths"]["/applications/{application_id}/commands"]["put"]["requestBody"]
    schema = body["content"]["application/json"]["schema"] | {"components": specification["components"]}
    jsonschema.Draft202012Validator(schema).validate(ALL)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(schema).validate([{**ALL[0], "name": "x" * 33}])
