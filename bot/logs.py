"""Logs: colours on a terminal, logfmt or JSON elsewhere, and no secret in any line."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Iterable, Mapping
from typing import Any, Literal, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

Format = Literal["auto", "console", "logfmt", "json"]

_MASK = "***"
_SHORTEST = 4  # a shorter "secret" would tear holes into ordinary words
_PATTERNS = (
    (re.compile(r"(?<=://)[^/\s@:]*:[^/\s@]+(?=@)"), _MASK),  # user:password in an address
    (re.compile(r"(?<=/signin/)[\w-]{16,}"), _MASK),  # a one-time link
)


class Masking:
    """Replaces secrets in whatever is logged: known values, passwords in addresses, tokens of sign-in links."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        longest_first = sorted((each for each in secrets if len(each) >= _SHORTEST), key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, longest_first))) if longest_first else None

    def text(self, value: str) -> str:
        """The same text without secrets."""
        if self._known is not None:
            value = self._known.sub(_MASK, value)
        for pattern, mask in _PATTERNS:
            value = pattern.sub(mask, value)
        return value

    def __call__(self, logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
        """As a processor of structlog, after exceptions have become text."""
        return {key: value if key.startswith("_") else self._value(value) for key, value in event.items()}

    def _value(self, value: Any) -> Any:
        if value is None or isinstance(value, bool | int | float):
            return value
        if isinstance(value, Mapping):
            return {key: self._value(each) for key, each in value.items()}
        if isinstance(value, list | tuple):
            return [self._value(each) for each in value]
        return self.text(value if isinstance(value, str) else str(value))


def set_up_logs(
    *, form: Format = "auto", level: str = "info", secrets: Iterable[str] = (), stream: TextIO | None = None
) -> None:
    """Send structlog and the logging of the libraries to `stream` (the standard error), masked.

    Call it once, before anything is logged; a second call replaces the first.
    """
    stream = stream or sys.stderr
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    _install(_formatter(shared, Masking(secrets), _renderer(form, stream)), level, stream)


def _formatter(shared: list[Processor], masking: Masking, renderer: Processor) -> logging.Formatter:
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            masking,
            renderer,
        ],
    )


def _renderer(form: Format, stream: TextIO) -> Processor:
    if form == "auto":
        form = "console" if stream.isatty() else "logfmt"
    if form == "console":
        return structlog.dev.ConsoleRenderer(colors=stream.isatty())
    if form == "json":
        return structlog.processors.JSONRenderer(ensure_ascii=False)
    return structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"], bool_as_flag=False)


def _install(formatter: logging.Formatter, level: str, stream: TextIO) -> None:
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    quiet = logging.WARNING if root.level >= logging.INFO else logging.DEBUG
    for library in ("aiohttp.access", "alembic", "asyncio", "aiosqlite"):
        logging.getLogger(library).setLevel(quiet)
