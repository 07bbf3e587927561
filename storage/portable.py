"""The format of backups: gzipped lines of JSON, the same whichever engine wrote them.

{"format": "tribune backup", "version": 1, "schema": REVISION, "at": ISO 8601}
{"table": NAME, "columns": [NAME, …]}
[VALUE, …]                                one line for each row; bytes as {"b": BASE64}
{"rows": NUMBER}                          the last line: a file without it is not whole
"""

from __future__ import annotations

import gzip
import json
import os
import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from bot.errors import StorageError

FORMAT = "tribune backup"
VERSION = 1
_NOT_WHOLE = "it is not whole"


@dataclass(frozen=True, kw_only=True, slots=True)
class Header:
    """What stands at the head of a backup."""

    schema: str  # the revision of the tables
    at: datetime


class BackupWriter:
    """Writes a backup beside `target` and gives it its name once it is whole; nothing is left where it fails."""

    def __init__(self, target: Path, header: Header) -> None:
        self._target = target
        self._header = header
        self._part = target.with_name(target.name + ".part")
        self._rows = 0

    def __enter__(self) -> BackupWriter:
        # It holds what members wrote and hashes that sign in: nobody else may read it.
        self._raw = os.fdopen(os.open(self._part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")
        self._file = gzip.GzipFile(fileobj=self._raw, mode="wb", compresslevel=6, mtime=0)
        header = {"format": FORMAT, "version": VERSION, "schema": self._header.schema}
        self._line(header | {"at": self._header.at.isoformat()})
        return self

    def table(self, name: str, columns: Sequence[str]) -> None:
        self._line({"table": name, "columns": list(columns)})

    def rows(self, rows: Sequence[Sequence[Any]]) -> None:
        for row in rows:
            self._line([_encoded(value) for value in row])
        self._rows += len(rows)

    def _line(self, value: object) -> None:
        self._file.write(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if error is None:
                self._finish()
        finally:
            self._raw.close()
            self._part.unlink(missing_ok=True)

    def _finish(self) -> None:
        self._line({"rows": self._rows})
        self._file.close()
        self._raw.flush()
        os.fsync(self._raw.fileno())
        self._part.replace(self._target)


class BackupReader:
    """Reads a backup. Raises `StorageError` where the file is no backup, or not whole."""

    def __init__(self, source: Path) -> None:
        self._source = source
        self._rows = 0

    def __enter__(self) -> BackupReader:
        try:
            self._file = gzip.open(self._source, "rb")
        except OSError as error:
            raise StorageError(f"the backup {self._source} cannot be read: {error.strerror}") from error
        try:
            self.header = self._read_header()
        except BaseException:
            self._file.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def _line(self) -> Any:
        try:
            return json.loads(self._file.readline())
        except (OSError, EOFError, zlib.error, ValueError) as error:
            raise self._unusable(_NOT_WHOLE) from error

    def _unusable(self, why: str) -> StorageError:
        return StorageError(f"the backup {self._source} cannot be used: {why}")

    def _read_header(self) -> Header:
        try:
            found = self._line()
        except StorageError as error:
            raise self._unusable("this is no backup of Tribune") from error
        if not isinstance(found, dict) or found.get("format") != FORMAT:
            raise self._unusable("this is no backup of Tribune")
        if found["version"] != VERSION:
            raise self._unusable(f"its format is version {found['version']}, this version reads {VERSION}")
        return Header(schema=found["schema"], at=datetime.fromisoformat(found["at"]).astimezone(UTC))

    def parts(self, most: int) -> Iterator[tuple[str, list[str], list[list[Any]]]]:
        """Each table's name and columns with up to `most` of its rows, as often as it takes."""
        name = ""
        columns: list[str] = []
        rows: list[list[Any]] = []
        while True:
            line = self._line()
            if isinstance(line, list):
                rows.append([_decoded(value) for value in line])
                if len(rows) < most:
                    continue
            if rows:
                self._rows += len(rows)
                yield name, columns, rows
                rows = []
            if isinstance(line, dict) and "rows" in line:
                if line["rows"] != self._rows:
                    raise self._unusable(_NOT_WHOLE)
                return
            if isinstance(line, dict):
                name, columns = line["table"], line["columns"]


def _encoded(value: Any) -> Any:
    return {"b": b64encode(value).decode()} if isinstance(value, bytes) else value


def _decoded(value: Any) -> Any:
    return b64decode(value["b"]) if isinstance(value, dict) else value
