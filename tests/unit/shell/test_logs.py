"""No secret reaches a log, whatever brings it."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from bot.logs import Format, Masking, set_up_logs

SECRET = "correct horse battery"


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.mark.parametrize("form", ["console", "logfmt", "json"])
def test_a_known_secret_is_masked_wherever_it_stands(form: Format) -> None:
    stream = io.StringIO()
    set_up_logs(form=form, secrets=[SECRET], stream=stream)
    log = structlog.get_logger("tribune")
    log.info(f"asked with {SECRET}", headers={"X-Token": [SECRET]}, address=f"https://me:{SECRET}@example.org/")
    logging.getLogger("library").warning("said %s", SECRET)
    try:
        raise ValueError(SECRET)
    except ValueError:
        log.exception("broke")
    assert SECRET not in stream.getvalue()
    assert stream.getvalue().count("***") >= 4
    assert "ValueError" in stream.getvalue()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("postgresql://tribune:pa55@db.example/x", "postgresql://***@db.example/x"),
        ("GET http://u:p@example.org/ and http://v:q@example.org/", "GET http://***@example.org/ and http://***@example.org/"),
        ("http://127.0.0.1:8080/signin/Zm9vYmFyYmF6cXV4cXV1eA", "http://127.0.0.1:8080/signin/***"),
        ("see https://example.org/signin/help", "see https://example.org/signin/help"),
        ("https://example.org:8080/a@b", "https://example.org:8080/a@b"),
    ],
)  # fmt: skip
def test_passwords_in_addresses_and_sign_in_links_are_masked(text: str, shown: str) -> None:
    assert Masking().text(text) == shown


@given(st.text(min_size=4, alphabet=st.characters(exclude_characters="*")), st.text(), st.text())
def test_masking_leaves_no_known_secret(secret: str, before: str, after: str) -> None:
    assert secret not in Masking([secret]).text(before + secret + after)


def test_json_is_one_object_a_line() -> None:
    stream = io.StringIO()
    set_up_logs(form="json", stream=stream)
    structlog.get_logger("tribune").info("polled", feed="l'été", entries=3)
    line = json.loads(stream.getvalue())
    assert (line["event"], line["feed"], line["entries"], line["level"]) == ("polled", "l'été", 3, "info")


def test_logfmt_keeps_a_line_a_line() -> None:
    stream = io.StringIO()
    set_up_logs(form="logfmt", stream=stream)
    structlog.get_logger("tribune").info("odd", text='two\nlines "quoted" a=b')
    assert stream.getvalue().count("\n") == 1


def test_the_level_is_kept() -> None:
    stream = io.StringIO()
    set_up_logs(form="logfmt", level="warning", stream=stream)
    structlog.get_logger("tribune").info("quiet")
    structlog.get_logger("tribune").warning("loud")
    assert "quiet" not in stream.getvalue()
    assert "loud" in stream.getvalue()
