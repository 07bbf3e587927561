"""The guide to Matrix says what the code does: permissions, settings, files, what is said when something is amiss."""

from __future__ import annotations

import re
from pathlib import Path

from adapters.matrix import clients, device_keys, failures, sessions, signing, vault
from adapters.matrix.powers import PERMISSIONS
from adapters.matrix.sessions import DEVICE_NAME
from bot.app.chats import matrix_settings
from bot.config import Config, load

ROOT = Path(__file__).resolve().parents[3]
GUIDE = (ROOT / "docs" / "matrix.md").read_text(encoding="utf-8")
SECRETS = {"MATRIX_KEY": "k", "MATRIX_PASSWORD": "p", "MATRIX_TOKEN": "t"}


def rows(heading: str) -> list[list[str]]:
    """The cells of the table whose first heading it is."""
    lines = GUIDE.split(f"| {heading} |", 1)[1].splitlines()[2:]
    table = lines[: next((n for n, line in enumerate(lines) if not line.startswith("|")), len(lines))]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table]


def snippets() -> list[str]:
    return re.findall(r"```toml\n(.*?)```", GUIDE, re.DOTALL)


def read(folder: Path, *tables: str) -> Config:
    path = folder / "config.toml"
    path.write_text("\n".join(['[tribune]\ncontact = "me@example.org"', *tables]), encoding="utf-8")
    return load(path, SECRETS)


def test_the_permissions_are_those_that_are_asked_for() -> None:
    assert [name for name, _ in rows("permission")] == list(PERMISSIONS.values())


def test_what_is_said_when_something_is_amiss_is_what_the_code_says() -> None:
    modules = (clients, device_keys, failures, sessions, signing, vault)
    source = "".join(Path(str(each.__file__)).read_text(encoding="utf-8") for each in modules)
    quoted = [said.strip("“”") for said, _ in rows("what Tribune says") if said.startswith("“")]
    assert len(quoted) > 5
    assert [each for each in quoted if each not in source] == []


def test_each_way_to_log_in_is_a_good_configuration(tmp_path: Path) -> None:
    account, password, token, communities = snippets()
    for way in ("", password, token):
        settings = matrix_settings(read(tmp_path, account + way, communities))
        assert settings is not None
        assert settings.invited_by == ("@anna:example.org",)
        assert (settings.password, settings.token) == ("p" if way == password else None, "t" if way == token else None)


def test_the_places_are_a_good_configuration(tmp_path: Path) -> None:
    account, *_, communities = snippets()
    (community,) = read(tmp_path, account, communities).communities
    assert community.servers == ("matrix:server/!house:example.org",)
    assert [each.ref for each in community.channels] == ["matrix:!newsroom:example.org"]


def test_the_files_that_are_named_are_those_that_are_kept(tmp_path: Path) -> None:
    named = [name.strip("`") for name, _ in rows("in the folder `store`")]
    kept = vault.Vault(tmp_path, "key")
    assert named[:2] == [kept.place(each).name for each in (sessions.KEPT, signing.KEPT)]
    assert f"a device called *{DEVICE_NAME}*" in GUIDE
