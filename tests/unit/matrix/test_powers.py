"""Who may do what in a room, by its version and its power levels."""

from __future__ import annotations

import math
from typing import Any

import pytest

from adapters.matrix.powers import Standings, has_creators, standings
from bot.domain.model import Role

CREATOR, OTHER, ANNA, ME = "@creator:a.example", "@other:a.example", "@anna:a.example", "@tribune:a.example"


def read(version: str, levels: Any, *, encrypted: bool = False, **created: Any) -> Standings:
    create = {"type": "m.room.create", "sender": CREATOR, "content": {"room_version": version, **created}}
    told = {"type": "m.room.power_levels", "content": levels} if levels is not None else None
    return standings(create, told, encrypted=encrypted)


ROLES: dict[str, tuple[Standings, str, Role]] = {
    "100": (read("11", {"users": {ANNA: 100}}), ANNA, Role.ADMIN),
    "more than 100": (read("11", {"users": {ANNA: 150}}), ANNA, Role.ADMIN),
    "50": (read("11", {"users": {ANNA: 50}}), ANNA, Role.MODERATOR),
    "49": (read("11", {"users": {ANNA: 49}}), ANNA, Role.MEMBER),
    "nobody in particular": (read("11", {"users": {ANNA: 50}}), OTHER, Role.MEMBER),
    "redactions for 30": (read("11", {"redact": 30, "users": {ANNA: 30}}), ANNA, Role.MODERATOR),
    "redactions for 80": (read("11", {"redact": 80, "users": {ANNA: 50}}), ANNA, Role.MEMBER),
    "redactions for everybody": (read("11", {"redact": 0}), ANNA, Role.MEMBER),
    "redactions that cannot be sent": (
        read("11", {"events": {"m.room.redaction": 60}, "users": {ANNA: 50}}),
        ANNA,
        Role.MEMBER,
    ),
    "by default": (read("11", {"users_default": 50}), ANNA, Role.MODERATOR),
    "the creator of version 11 by no level": (read("11", {"users": {}}), CREATOR, Role.MEMBER),
    "the creator of version 11 with a level": (read("11", {"users": {CREATOR: 100}}), CREATOR, Role.ADMIN),
    "the creator of version 11 without power levels": (read("11", None), CREATOR, Role.ADMIN),
    "the creator of version 10 without power levels": (read("10", None, creator=OTHER), OTHER, Role.ADMIN),
    "somebody without power levels": (read("11", None), ANNA, Role.MEMBER),
    "the creator of version 12": (read("12", {"users": {}}), CREATOR, Role.ADMIN),
    "another creator of version 12": (read("12", {}, additional_creators=[OTHER]), OTHER, Role.ADMIN),
    "another creator of version 11": (read("11", {}, additional_creators=[OTHER]), OTHER, Role.MEMBER),
    "somebody in version 12": (read("12", {}, additional_creators=[OTHER]), ANNA, Role.MEMBER),
    "creators that are a text": (read("12", {}, additional_creators=ANNA), ANNA, Role.MEMBER),
    "creators that are no texts": (read("12", {}, additional_creators=[{}, 1]), ANNA, Role.MEMBER),
    "100 in version 12": (read("12", {"users": {ANNA: 100}}), ANNA, Role.ADMIN),
    "a level in quotes": (read("9", {"users": {ANNA: " 100 "}}), ANNA, Role.ADMIN),
    "a level that is no number": (read("9", {"users": {ANNA: "+-100"}}), ANNA, Role.MEMBER),
    "a level that is true": (read("9", {"users": {ANNA: True}, "redact": 1}), ANNA, Role.MEMBER),
    "a level without end": (read("9", {"users": {ANNA: 10**400}}), ANNA, Role.MEMBER),
    "users that are a list": (read("9", {"users": [ANNA]}), ANNA, Role.MEMBER),
    "a room that nothing is known of": (standings(None, None, encrypted=False), ANNA, Role.MEMBER),
}


@pytest.mark.parametrize("name", ROLES)
def test_roles_come_from_power_levels(name: str) -> None:
    found, user, role = ROLES[name]
    assert found.role(user) is role


def test_creators_outrank_every_number() -> None:
    assert read("12", {"users": {ANNA: 2**52}}).of(CREATOR) == math.inf


@pytest.mark.parametrize(
    ("version", "expected"),
    [("1", False), ("11", False), ("12", True), ("13", True), ("org.matrix.hydra.11", True), ("org.other", False)],
)
def test_rooms_have_creators_from_version_12_on(version: str, expected: bool) -> None:
    assert has_creators(version) is expected


LACKING: dict[str, tuple[Standings, list[str]]] = {
    "nothing": (read("11", {"users": {ME: 50}}), []),
    "a newcomer": (read("11", {}), ["Remove messages sent by others"]),
    "nobody may speak": (
        read("11", {"events_default": 50, "redact": 0}),
        ["Send messages", "Send reactions", "Remove messages sent by me"],
    ),
    "reactions": (read("11", {"events": {"m.reaction": 10}, "redact": 0}), ["Send reactions"]),
    "encrypted": (
        read("11", {"events": {"m.room.encrypted": 10, "m.room.message": 0}, "redact": 0}, encrypted=True),
        ["Send encrypted messages"],
    ),
    "no power levels": (read("11", None), ["Remove messages sent by others"]),
}


@pytest.mark.parametrize("name", LACKING)
def test_what_the_bot_lacks_is_named(name: str) -> None:
    found, expected = LACKING[name]
    assert list(found.lacks(ME)) == expected
