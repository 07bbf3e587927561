"""The lock files hold what pyproject.toml asks for, by hash, and name no place to fetch it from."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[3]
LOCKS = ["requirements.lock", "requirements-dev.lock"]
PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*)==(\S+)(?: ; [^\\]+)? \\$", re.MULTILINE)


def pyproject() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def text(lock: str) -> str:
    return (ROOT / lock).read_text(encoding="utf-8")


def pins(lock: str) -> dict[str, Version]:
    return {canonicalize_name(name): Version(version) for name, version in PIN.findall(text(lock))}


def assert_pinned(wanted: list[str], lock: str) -> None:
    held = pins(lock)
    for each in map(Requirement, wanted):
        version = held.get(canonicalize_name(each.name))
        assert version is not None, f"{each.name} is not in {lock}: run `make lock`"
        assert version in each.specifier, f"{lock} holds {each.name} {version}, not {each.specifier}: run `make lock`"


def test_the_lock_satisfies_what_tribune_needs() -> None:
    assert_pinned(pyproject()["project"]["dependencies"], "requirements.lock")


def test_the_lock_holds_what_builds_the_package() -> None:
    assert_pinned(pyproject()["build-system"]["requires"], "requirements.lock")


def test_the_lock_of_the_tests_satisfies_what_they_need() -> None:
    assert_pinned(pyproject()["dependency-groups"]["dev"], "requirements-dev.lock")


def test_both_locks_agree() -> None:
    one, other = (pins(lock) for lock in LOCKS)
    assert {name: version for name, version in one.items() if other.get(name, version) != version} == {}


@pytest.mark.parametrize("lock", LOCKS)
def test_every_line_is_a_pin_with_hashes(lock: str) -> None:
    rest = PIN.sub("", re.sub(r"^    --hash=sha256:[0-9a-f]{64}(?: \\)?$", "", text(lock), flags=re.MULTILINE))
    assert rest.strip() == ""
    assert len(re.findall("--hash=", text(lock))) >= len(pins(lock))


@pytest.mark.parametrize("lock", LOCKS)
def test_no_index_and_no_address_is_named(lock: str) -> None:
    assert re.search(r"://|--(extra-)?index|--find-links|file:|\s/", text(lock)) is None


def test_there_is_one_lock_for_all() -> None:
    assert not (ROOT / "uv.lock").exists()
