"""Secrets in files: what is kept, for whom, and what is said where the key is another one."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.matrix.vault import Vault
from bot.errors import NetworkRefused


def test_a_secret_is_kept_and_replaced_and_removed(tmp_path: Path) -> None:
    vault = Vault(tmp_path / "deep" / "matrix", "key")
    assert vault.read("session") is None
    vault.write("session", b"first")
    vault.write("session", b"second")
    assert Vault(tmp_path / "deep" / "matrix", "key").read("session") == b"second"
    vault.remove("session")
    vault.remove("session")
    assert vault.read("session") is None


def test_only_this_user_sees_it_and_only_in_cipher(tmp_path: Path) -> None:
    folder = tmp_path / "matrix"
    folder.mkdir(mode=0o755)
    vault = Vault(folder, "key")
    vault.write("session", b"rosebud")
    assert folder.stat().st_mode & 0o777 == 0o700
    assert [each.stat().st_mode & 0o777 for each in folder.iterdir()] == [0o600]
    assert b"rosebud" not in vault.place("session").read_bytes()


def test_the_same_secret_looks_different_each_time(tmp_path: Path) -> None:
    vault = Vault(tmp_path, "key")
    vault.write("one", b"rosebud")
    first = vault.place("one").read_bytes()
    vault.write("one", b"rosebud")
    assert vault.place("one").read_bytes()[16:] != first[16:]


def test_another_key_is_said_with_file_and_remedy(tmp_path: Path) -> None:
    Vault(tmp_path, "strawberry").write("session", b"rosebud")
    with pytest.raises(NetworkRefused) as caught:
        Vault(tmp_path, "raspberry").read("session")
    said = str(caught.value)
    assert str(tmp_path / "session.sealed") in said
    assert "tribune matrix login" in said
    assert "berry" not in said


@pytest.mark.parametrize("change", [slice(0, 1), slice(20, 21), slice(34, 35), slice(50, 51), slice(-1, None)])
def test_a_file_that_was_tampered_with_is_not_read(tmp_path: Path, change: slice) -> None:
    vault = Vault(tmp_path, "key")
    vault.write("session", b"rosebud")
    content = bytearray(vault.place("session").read_bytes())
    content[change] = bytes(each ^ 1 for each in content[change])
    vault.place("session").write_bytes(content)
    with pytest.raises(NetworkRefused, match="does not open"):
        vault.read("session")


def test_one_secret_is_not_taken_for_another(tmp_path: Path) -> None:
    vault = Vault(tmp_path, "key")
    vault.write("session", b"rosebud")
    vault.place("session").rename(vault.place("signing"))
    with pytest.raises(NetworkRefused, match="does not open"):
        vault.read("signing")


def test_a_file_cut_short_is_not_read(tmp_path: Path) -> None:
    vault = Vault(tmp_path, "key")
    vault.place("session").write_bytes(b"tribune vault 1\nshort")
    with pytest.raises(NetworkRefused, match="does not open"):
        vault.read("session")


def test_a_folder_that_cannot_be_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(NetworkRefused, match="cannot be read or written"):
        Vault(tmp_path / "file" / "matrix", "key").write("session", b"rosebud")


def test_nothing_is_left_lying_about(tmp_path: Path) -> None:
    vault = Vault(tmp_path, "key")
    vault.place("session").mkdir()  # so that it cannot be replaced
    with pytest.raises(NetworkRefused):
        vault.write("session", b"rosebud")
    assert [each.name for each in tmp_path.iterdir()] == ["session.sealed"]
