"""What discord.py itself logs: a line for each thing, and nothing of what the bot has no use for."""

from __future__ import annotations

import logging

_NO_USE = ("voice will NOT be supported", "logging in using static token")


class _OneLine(logging.Filter):
    """Says why a connection failed without the way that the failure took: the run says the rest."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.exc_info and record.exc_info[1] is not None:
            error = record.exc_info[1]
            record.msg = f"{record.getMessage()} ({type(error).__name__}: {error})"
            record.args, record.exc_info = None, None
        return not any(each in str(record.msg) for each in _NO_USE)


_ONE_LINE = _OneLine()


def keep_quiet() -> None:
    """Have discord.py log so from now on; to do it twice changes nothing."""
    for name in ("discord.client", "discord.shard"):
        logging.getLogger(name).addFilter(_ONE_LINE)
