"""Files and secrets."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from bot.command_line.values import fetched
from bot.domain.model import Role
from bot.errors import RequestError
from bot.ports.commands import Command, Kind, Line, Parameter

COMMAND = Command(
    name="feed save",
    help="Save.",
    role=Role.ADMIN,
    parameters=(
        Parameter(name="file", kind=Kind.FILE, help="The file."),
        Parameter(name="password", kind=Kind.SECRET, help="The password."),
        Parameter(name="title", kind=Kind.TEXT, help="The title."),
    ),
)


def values(**given: str) -> dict[str, str]:
    return fetched(Line(command=COMMAND, values=tuple(given.items()), confirmed=False), str)


@pytest.fixture
def typed_in(monkeypatch: pytest.MonkeyPatch) -> io.BytesIO:
    """The standard input."""
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(raw, encoding="utf-8"))
    return raw


def test_a_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "feeds.opml").write_bytes(b"\xef\xbb\xbf<opml>\xc3\xa9</opml>")
    assert values(file=str(tmp_path / "feeds.opml"), title="-") == {"file": "<opml>é</opml>", "title": "-"}


def test_a_dash_is_the_standard_input(typed_in: io.BytesIO) -> None:
    typed_in.write(b"<opml/>")
    typed_in.seek(0)
    assert values(file="-") == {"file": "<opml/>"}


def test_a_secret_can_be_led_in(typed_in: io.BytesIO) -> None:
    typed_in.write(b"s3cret with spaces \n")
    typed_in.seek(0)
    assert values(password="-") == {"password": "s3cret with spaces "}
    assert values(password="typed") == {"password": "typed"}


def test_a_file_that_is_none_is_named(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match=r"file: the file \S+/none cannot be read: No such file or directory\."):
        values(file=str(tmp_path / "none"))
    (tmp_path / "picture").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(RequestError, match="is no text in UTF-8"):
        values(file=str(tmp_path / "picture"))
