"""The format of backups."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.errors import StorageError
from storage.portable import BackupReader, BackupWriter, Header

HEADER = Header(schema="0001", at=datetime(2026, 1, 1, tzinfo=UTC))
_values = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**63), 2**63 - 1), st.text(), st.binary(max_size=30),
    st.floats(allow_nan=False, allow_infinity=False),
)  # fmt: skip
_rows = st.lists(st.lists(_values, min_size=2, max_size=2), max_size=7)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tables=st.dictionaries(st.sampled_from(["a", "b", "c"]), _rows))
def test_what_is_written_is_read(tmp_path: Path, tables: dict[str, list[list[Any]]]) -> None:
    with BackupWriter(tmp_path / "b", HEADER) as file:
        for name, rows in tables.items():
            file.table(name, ["x", "y"])
            file.rows(rows)
    found: dict[str, list[list[Any]]] = {}
    with BackupReader(tmp_path / "b") as read:
        assert read.header == HEADER
        for name, columns, rows in read.parts(2):
            assert columns == ["x", "y"]
            assert 0 < len(rows) <= 2
            found.setdefault(name, []).extend(rows)
    assert found == {name: rows for name, rows in tables.items() if rows}


def test_a_backup_that_fails_leaves_what_was_there(tmp_path: Path) -> None:
    (tmp_path / "b").write_text("yesterday's")
    with pytest.raises(LookupError), BackupWriter(tmp_path / "b", HEADER):
        raise LookupError
    assert [path.name for path in tmp_path.iterdir()] == ["b"]
    assert (tmp_path / "b").read_text() == "yesterday's"


@pytest.mark.parametrize("content", [b"", b"text", gzip.compress(b""), gzip.compress(b"[]\n"), gzip.compress(b"\xff")])
def test_what_is_no_backup(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "b").write_bytes(content)
    with pytest.raises(StorageError, match="no backup of Tribune"), BackupReader(tmp_path / "b"):
        pass


def test_a_later_format_is_refused(tmp_path: Path) -> None:
    (tmp_path / "b").write_bytes(gzip.compress(b'{"format": "tribune backup", "version": 2}\n'))
    with pytest.raises(StorageError, match="version 2"), BackupReader(tmp_path / "b"):
        pass
