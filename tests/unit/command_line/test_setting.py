"""What the machine says where no option does."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.command_line.setting import is_zone, local_zone, locale_language


@pytest.mark.parametrize(
    ("environ", "language"),
    [
        ({}, "en"),
        ({"LANG": "fr_CA.UTF-8"}, "fr-CA"),
        ({"LANG": "C.UTF-8"}, "C"),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "fr_FR@euro"}, "fr-FR"),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "fr"}, "fr"),
        ({"LANG": "fr_FR", "LC_ALL": ""}, "fr-FR"),
    ],
)
def test_the_language_of_the_environment(environ: dict[str, str], language: str) -> None:
    assert locale_language(environ) == language


@pytest.mark.parametrize(
    ("environ", "linked", "zone"),
    [
        ({"TZ": "Europe/Paris"}, "usr/zoneinfo/Asia/Tokyo", "Europe/Paris"),
        ({"TZ": ":Europe/Paris"}, "usr/zoneinfo/Asia/Tokyo", "Europe/Paris"),
        ({"TZ": "CET-1CEST"}, "usr/zoneinfo/Asia/Tokyo", "Asia/Tokyo"),
        ({}, "usr/zoneinfo/Asia/Tokyo", "Asia/Tokyo"),
        ({}, "usr/zoneinfo/Nowhere/Land", "UTC"),
        ({}, "usr/localtime", "UTC"),
    ],
)
def test_the_zone_of_the_machine(environ: dict[str, str], linked: str, zone: str, tmp_path: Path) -> None:
    target = tmp_path / linked
    target.parent.mkdir(parents=True)
    target.touch()
    (tmp_path / "localtime").symlink_to(target)
    assert local_zone(environ, tmp_path / "localtime") == zone


@pytest.mark.parametrize(
    ("name", "there"), [("Europe/Paris", True), ("UTC", True), ("Europe", False), ("../etc/passwd", False), ("", False)]
)
def test_zones(name: str, there: bool) -> None:
    assert is_zone(name) is there
