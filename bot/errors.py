"""The tree of errors.

    TribuneError                     everything Tribune raises on purpose
    ├── ConfigError                  the configuration is wrong: one fault a line
    ├── StorageError                 the database refused or is not usable
    │   ├── SchemaError              the schema is older or newer than this version
    │   └── DatabaseHeldError        another process runs on this database
    ├── NetworkError                 a chat network said no, or said nothing
    │   ├── NetworkUnavailable       down, unreachable, over quota: try again later
    │   ├── AnswerLost               the call may have been carried out: look before trying again
    │   └── NetworkRefused           it will not do this, now or later
    └── RequestError                 somebody asked for what cannot be done; the text is for them

A foreign error is translated where it enters, with its cause; what is none of these is a bug and surfaces.
"""

from __future__ import annotations

from datetime import datetime, timedelta


class TribuneError(Exception):
    """The root of all errors that Tribune raises on purpose."""


class ConfigError(TribuneError):
    """The configuration cannot be used; `faults` holds one line for each thing that is wrong."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


class StorageError(TribuneError):
    """The database refused, or cannot be used."""


class SchemaError(StorageError):
    """The schema in the database is not the one this version works with."""


class DatabaseHeldError(StorageError):
    """Another process runs on this database; the text says which."""


class NetworkError(TribuneError):
    """A chat network said no, or said nothing."""


class NetworkUnavailable(NetworkError):
    """Nothing was done; the same call may work later."""

    def __init__(self, message: str, *, retry_after: timedelta | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class AnswerLost(NetworkError):
    """The call was sent and no answer came: it may have been carried out."""


class NetworkRefused(NetworkError):
    """The network will not do this, now or later; `gone` says that the place itself is no more."""

    def __init__(self, message: str, *, gone: bool = False) -> None:
        super().__init__(message)
        self.gone = gone


class RequestError(TribuneError):
    """Somebody asked for what cannot be done.

    `key` is a message of the catalogue and `values` fill it, so that each door answers in its reader's language and
    shows moments in its reader's zone.
    """

    def __init__(self, key: str, **values: str | int | datetime) -> None:
        super().__init__(key.format(**values))
        self.key = key
        self.values = values
