"""A configuration is read, or every fault in it is named with its remedy."""

from __future__ import annotations

import tomllib
from datetime import timedelta
from pathlib import Path

import pytest

from bot.config import Config, load, secret_values
from bot.domain.model import Visibility
from bot.errors import ConfigError

SMALL = """
[tribune]
contact = "me@example.org"

[[communities]]
slug = "town"
name = "The Town"

[[communities.sections]]
slug = "news"
name = "News"
"""

FAULTS = tomllib.loads((Path(__file__).parent / "faults.toml").read_text(encoding="utf-8"))


def read(folder: Path, text: str, **environ: str) -> Config:
    path = folder / "tribune.toml"
    path.write_text(text, encoding="utf-8")
    return load(path, environ)


def faults(folder: Path, text: str, **environ: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        read(folder, text, **environ)
    return [each.replace(f"{folder}/", "") for each in caught.value.faults]


def test_what_is_left_out_has_its_default(tmp_path: Path) -> None:
    config = read(tmp_path, SMALL)
    assert config.polling.interval == timedelta(minutes=30)
    assert config.web.port == 8080
    assert config.communities[0].sections[0].visibility is Visibility.PUBLIC
    assert config.database.address == f"sqlite+aiosqlite:///{tmp_path}/var/tribune.db"


def test_a_relative_path_starts_at_the_folder_of_the_file(tmp_path: Path) -> None:
    config = read(tmp_path, SMALL + '[[feeds]]\naddress = "file:feeds/a feed.xml"\nchannels = ["news"]\n')
    assert config.feeds[0].address == (tmp_path / "feeds" / "a feed.xml").as_uri()


@pytest.mark.parametrize("case", FAULTS.values(), ids=FAULTS.keys())
def test_a_fault_names_the_key_what_is_wrong_and_what_would_be_right(tmp_path: Path, case: dict[str, str]) -> None:
    assert faults(tmp_path, f"{SMALL}\n{case['added']}\n") == [f"tribune.toml: {case['fault']}"]


def test_a_zone_that_is_misspelt_has_its_neighbour_named(tmp_path: Path) -> None:
    (line,) = faults(tmp_path, SMALL + 'zone = "Europe/Pariss"\n')
    assert line.startswith('tribune.toml: communities["town"].sections["news"].zone: ')
    assert 'did you mean "Europe/Paris"?' in line


def test_every_fault_has_a_line_of_its_own(tmp_path: Path) -> None:
    found = faults(tmp_path, "[tribune]\nlanguage = 'de'\n[web]\nport = 'x'\n[[feeds]]\nchannels = ['a']\n")
    keys = {line.split(": ")[1] for line in found}
    assert keys == {
        "tribune.contact",
        "tribune.language",
        "web.port",
        "communities",
        "feeds[#1].address",
        "feeds[#1].channels[#1]",
    }


def test_a_fault_of_the_syntax_has_its_line_and_column(tmp_path: Path) -> None:
    (line,) = faults(tmp_path, "[web]\nport = = 3\n")
    assert line.startswith("tribune.toml: line 2, column 8: not TOML: ")


def test_a_file_that_is_missing_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path / "none.toml", {})
    assert "none.toml: cannot be read (No such file or directory); copy config.example.toml" in caught.value.faults[0]


def test_the_environment_changes_the_port(tmp_path: Path) -> None:
    assert read(tmp_path, SMALL, TRIBUNE_WEB_PORT="9999").web.port == 9999
    assert faults(tmp_path, SMALL, TRIBUNE_WEB_PORT="many") == [
        "the environment: TRIBUNE_WEB_PORT: is a text; write a whole number"
    ]


class TestSecrets:
    FEED = SMALL + '[[feeds]]\naddress = "https://a.example/"\nuser = "me"\n'

    def test_one_comes_from_the_environment(self, tmp_path: Path) -> None:
        config = read(tmp_path, self.FEED + 'password = { env = "PW" }\n', PW="rosebud")
        password = config.feeds[0].password
        assert password is not None
        assert password.get_secret_value() == "rosebud"
        assert secret_values(config) >= {"rosebud"}

    def test_one_comes_from_a_file_beside_the_configuration(self, tmp_path: Path) -> None:
        (tmp_path / "pw.txt").write_text("rosebud\n", encoding="utf-8")
        config = read(tmp_path, self.FEED + 'password = { file = "pw.txt" }\n')
        assert "rosebud" in secret_values(config)

    @pytest.mark.parametrize(
        ("password", "wrong"),
        [
            ('{ env = "PW" }', "the environment has no PW; set PW, or name another variable"),
            ('{ file = "pw" }', "the file pw cannot be read (No such file or directory); name a text file"),
            ('"rosebud"', "is a secret in the open; write { env = "),
            ('{ vault = "pw" }', "is not a secret's place; write { env = "),
            ("3", "is not a secret's place; write { env = "),
        ],
    )
    def test_one_that_is_missing_is_a_fault(self, tmp_path: Path, password: str, wrong: str) -> None:
        (line,) = faults(tmp_path, f"{self.FEED}password = {password}\n")
        assert line.startswith(f'tribune.toml: feeds["https://a.example/"].password: {wrong}')

    def test_none_is_in_what_is_shown_of_a_configuration(self, tmp_path: Path) -> None:
        text = self.FEED + (
            'password = { env = "PW" }\nheaders = { X-Token = { env = "PW" }, Accept = "text/xml" }\n'
            'proxy = "http://u:rosebud@proxy.example:1/"\n'
            '[database]\nurl = "postgresql+asyncpg://u:rosebud@db.example/tribune?password=rosebud"\n'
        )
        config = read(tmp_path, text, PW="rosebud")
        assert "rosebud" not in repr(config) + str(config) + config.model_dump_json()
        assert config.database.shown == "postgresql+asyncpg://u@db.example/tribune"

    def test_a_password_within_an_address_is_one_by_itself(self, tmp_path: Path) -> None:
        config = read(tmp_path, SMALL + '[polling]\nproxy = "http://u:rose%40bud@proxy.example:1/"\n')
        assert secret_values(config) >= {"rose%40bud", "rose@bud"}

    def test_none_is_in_a_fault(self, tmp_path: Path) -> None:
        text = SMALL + (
            '[[feeds]]\naddress = "https://u:rosebud@a.example/"\nuser = "u"\npassword = "rosebud"\n'
            'proxy = "socks://u:rosebud@proxy.example"\nheaders = { A = 3 }\n'
            '[database]\nurl = "mysql://u:rosebud@db.example/"\n'
        )
        assert "rosebud" not in "\n".join(faults(tmp_path, text))
