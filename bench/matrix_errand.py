"""What has to be sent into a room on Matrix, and by whom."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

EVENTS = 4  # for an article: the post, the invitation in its thread, two reactions


@dataclass(frozen=True, kw_only=True, slots=True)
class News:
    """The contents of an article's events, the post first; the others relate to it."""

    post: Mapping[str, Any]
    others: Sequence[tuple[str, Mapping[str, Any]]]  # type and content


@dataclass(frozen=True, kw_only=True, slots=True)
class Errand:
    """`course` says where the feeds are, `news` what was sent before: the one uses this, the other that."""

    homeserver: str
    user: str
    password: str
    room: str
    folder: str
    course: Mapping[str, Any]
    news: Sequence[Mapping[str, Any]]


def given() -> Errand:
    """The errand that this process was started with."""
    return Errand(**json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))


def ready() -> None:
    """Say so, and wait for the word to begin."""
    print("ready", flush=True)
    sys.stdin.readline()


def wait_for_the_end() -> None:
    """Return when nobody looks on any more."""
    sys.stdin.read()
