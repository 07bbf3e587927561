"""Who the bot is on Matrix, as it is configured: all of it or nothing, and no secret in sight."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.app.chats import matrix_settings
from bot.config import Config, load, secret_values
from bot.errors import ConfigError

HEAD = """
[tribune]
contact = "test@example.org"
[[communities]]
slug = "town"
name = "Town"
"""
ACCOUNT = """
[matrix]
homeserver = "https://matrix.example.org"
user = "@tribune:example.org"
key = { env = "KEY" }
"""
ENVIRON = {"KEY": "key-rosebud", "PASSWORD": "password-rosebud", "TOKEN": "token-rosebud"}


def read(folder: Path, text: str) -> Config:
    file = folder / "config.toml"
    file.write_text(HEAD + text, encoding="utf-8")
    return load(file, ENVIRON)


def test_without_a_table_tribune_is_not_on_matrix(tmp_path: Path) -> None:
    assert matrix_settings(read(tmp_path, "")) is None
    assert matrix_settings(read(tmp_path, '[matrix]\ninvited_by = ["example.org"]\n')) is None


def test_an_account_is_enough(tmp_path: Path) -> None:
    settings = matrix_settings(read(tmp_path, ACCOUNT))
    assert settings is not None
    assert (settings.homeserver, settings.user) == ("https://matrix.example.org", "@tribune:example.org")
    assert (settings.key, settings.password, settings.token) == ("key-rosebud", None, None)
    assert settings.store == tmp_path / "var" / "matrix"


def test_all_that_is_written_is_handed_on(tmp_path: Path) -> None:
    text = ACCOUNT + (
        'password = { env = "PASSWORD" }\ntoken = { env = "TOKEN" }\ndevice = "D"\nstore = "keys"\n'
        'invited_by = ["@anna:example.org", "example.com:8448"]\n'
    )
    settings = matrix_settings(read(tmp_path, text))
    assert settings is not None
    assert (settings.password, settings.token, settings.device) == ("password-rosebud", "token-rosebud", "D")
    assert settings.store == tmp_path / "keys"
    assert settings.invited_by == ("@anna:example.org", "example.com:8448")


def test_no_secret_is_in_what_is_shown(tmp_path: Path) -> None:
    text = f'{ACCOUNT}password = {{ env = "PASSWORD" }}\ntoken = {{ env = "TOKEN" }}\ndevice = "D"\n'
    config = read(tmp_path, text)
    assert secret_values(config) >= set(ENVIRON.values())
    shown = f"{config!r} {config} {config.model_dump_json()} {matrix_settings(config)!r}"
    assert "rosebud" not in shown


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ('[matrix]\nhomeserver = "https://matrix.example.org"\n', ["matrix.user", "matrix.key"]),
        ('[matrix]\nkey = { env = "KEY" }\n', ["matrix.homeserver", "matrix.user"]),
        ('[matrix]\npassword = { env = "PASSWORD" }\n', ["matrix.homeserver", "matrix.user", "matrix.key"]),
        (ACCOUNT + 'token = { env = "TOKEN" }\n', ["matrix.device"]),
        (ACCOUNT + 'device = "D"\n', ["matrix.token"]),
    ],
)
def test_half_of_it_is_a_fault_for_each_key_that_is_missing(tmp_path: Path, text: str, missing: list[str]) -> None:
    with pytest.raises(ConfigError) as caught:
        read(tmp_path, text)
    assert [each.split(": ")[1] for each in caught.value.faults] == missing
    assert all("is missing; write" in each or "is missing; a token" in each for each in caught.value.faults)
