"""How the command line was started: for whom it asks, and how it answers."""

from __future__ import annotations

import os
import sys
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from bot.config import Config
    from bot.ports.clock import Clock

T = TypeVar("T")
LOCALES = ("LC_ALL", "LC_MESSAGES", "LANG")
_LOCALTIME = Path("/etc/localtime")


@dataclass(frozen=True, kw_only=True, slots=True)
class Setting:
    """The options that stand before a command; None: what the configuration, or the machine, says."""

    config_path: Path
    community: str | None = None
    name: str | None = None  # of the member who asks; None: the operator
    language: str | None = None
    zone: str | None = None
    clock: Clock | None = None
    quiet: bool = False  # the logs are left as they are

    def config(self) -> Config:
        """The configuration, with the logs set up as it says: before anything else can say a word."""
        from bot.config import load, secret_values
        from bot.logs import set_up_logs

        config = load(self.config_path)
        if not self.quiet:
            set_up_logs(form=config.logs.format, level=config.logs.level, secrets=secret_values(config))
        return config


def locale_language(environ: Mapping[str, str] = os.environ) -> str:
    """The language tag that the environment asks for ("fr_CA.UTF-8" is "fr-CA")."""
    spoken = next((environ[each] for each in LOCALES if environ.get(each)), "en")
    return spoken.partition(".")[0].partition("@")[0].replace("_", "-")


def local_zone(environ: Mapping[str, str] = os.environ, localtime: Path = _LOCALTIME) -> str:
    """The machine's time zone by its name, UTC where it has none."""
    linked = os.path.realpath(localtime).partition("zoneinfo/")[2]
    names = (environ.get("TZ", "").removeprefix(":"), linked)
    return next((each for each in names if each and is_zone(each)), "UTC")


def is_zone(name: str) -> bool:
    """Whether there is such a time zone."""
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # KeyError: not found; OSError: the name is a folder's
        return False
    return True


def run_it(work: Coroutine[Any, Any, T]) -> T:
    """Do it in an event loop of its own."""
    import asyncio

    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        return runner.run(work)


def _loop_factory() -> Any:
    if sys.platform == "win32":
        return None
    import uvloop

    return uvloop.new_event_loop
