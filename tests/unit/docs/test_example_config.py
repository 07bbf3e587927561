"""The example configuration works as it is, and names every key there is."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args
from urllib.parse import urlsplit
from urllib.request import url2pathname

import pytest
from pydantic import BaseModel

from bot.config import Config, load
from bot.config.environment import OVERRIDES
from bot.config.values import show_duration

ROOT = Path(__file__).resolve().parents[3]
EXAMPLE = ROOT / "config.example.toml"


def tables(model: type[BaseModel], path: str = "") -> Iterator[tuple[str, type[BaseModel]]]:
    for name, field in model.model_fields.items():
        below = _model_in(field.annotation)
        if below is not None:
            yield f"{path}{name}", below
            yield from tables(below, f"{path}{name}.")


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for each in get_args(annotation) if (found := _model_in(each))), None)


def test_it_is_a_good_configuration() -> None:
    config = load(EXAMPLE, {})
    assert config.database.address == f"sqlite+aiosqlite:///{ROOT}/var/tribune.db"
    assert (config.web.host, config.web.port) == ("127.0.0.1", 8080)


def test_it_has_a_feed_that_needs_no_internet_and_real_ones_in_both_languages() -> None:
    config = load(EXAMPLE, {})
    schemes = [urlsplit(feed.address).scheme for feed in config.feeds]
    assert schemes.count("file") == 1
    assert schemes.count("https") >= 2
    languages = {place.slug: place.language for _, place in config.places()}
    assert {languages[slug] for feed in config.feeds for slug in feed.channels} == {"en", "fr"}


def test_its_sample_feed_ships() -> None:
    (sample,) = (feed.address for feed in load(EXAMPLE, {}).feeds if feed.address.startswith("file:"))
    assert Path(url2pathname(urlsplit(sample).path)).is_file()


@pytest.mark.parametrize(
    ("table", "model"), list(tables(Config)), ids=lambda each: each if isinstance(each, str) else ""
)
def test_every_key_is_in_it(table: str, model: type[BaseModel]) -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    head = (
        re.escape(f"[[{table}]]")
        if table in ("communities", "feeds", "titles") or "." in table
        else re.escape(f"[{table}]")
    )
    sections = re.findall(rf"^(?:# )?{head}\n(.*?)(?=^(?:# )?\[|\Z)", text, re.DOTALL | re.MULTILINE)
    named = set(re.findall(r"^(?:# )?(\w+) = ", "\n".join(sections), re.MULTILINE))
    wanted = {name for name, field in model.model_fields.items() if _model_in(field.annotation) is None}
    assert named == wanted


def test_what_it_says_holds_where_nothing_is_written_does() -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    polling = load(EXAMPLE, {}).polling
    assert f'# interval = "{show_duration(polling.interval)}"' in text
    assert f'# timeout = "{show_duration(polling.timeout)}"' in text
    assert f"# backlog = {polling.backlog}" in text
    assert f"# workers = {polling.workers}" in text


def test_what_is_commented_out_is_good_too(tmp_path: Path) -> None:
    """All lines at once: with every `# key = value` taken as written, after those that hold already."""
    seen: set[str] = set()
    lines = []
    for line in EXAMPLE.read_text(encoding="utf-8").splitlines():
        bare = re.sub(r"^# (?=\w+ = |\[)", "", line)
        if re.match(r"\[", bare):
            seen = set()
        key = re.match(r"(\w+) = ", bare)
        if key is None or key[1] not in seen:
            lines.append(bare)
        if key is not None:
            seen.add(key[1])
    path = tmp_path / "all.toml"
    path.write_text("\n".join(lines), encoding="utf-8")
    (tmp_path / "proxy.txt").write_text("http://proxy.example.org:3128", encoding="utf-8")
    tomllib.loads(path.read_text(encoding="utf-8"))
    config = load(
        path,
        {
            "SUBSCRIBER": "1",
            "DISCORD_TOKEN": "t",
            "MATRIX_KEY": "k",
            "MATRIX_PASSWORD": "p",
            "MATRIX_TOKEN": "t",
            "FEED_PASSWORD": "secret",
            "DATABASE": "postgresql+asyncpg://me@localhost/tribune",
        },
    )
    assert config.feeds[-1].password is not None


def test_every_variable_that_overrides_something_is_about_a_key() -> None:
    models = dict(tables(Config))
    assert all(key in models[table].model_fields for table, key in OVERRIDES.values())


def test_every_variable_is_named_in_it() -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    assert [variable for variable in OVERRIDES if variable not in text] == []
