"""A contestant's side: a process that is told by lines of JSON what to do. Needs no library: peers import it, too."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any, Protocol

from bench.course import Course, Lap, Phase


class Contestant(Protocol):
    """Somebody who polls feeds. Called in this order: `start` once for each run, then a `lap` for each phase."""

    def start(self, course: Course, folder: Path) -> None:
        """Begin anew, knowing nothing of any feed; what has to be written goes into `folder`."""
        ...

    def lap(self, phase: Phase) -> Lap:
        """Poll all feeds once."""
        ...

    def close(self) -> None:
        """Let go of everything."""
        ...


def serve(contestant: Contestant) -> None:
    """Do as the lines on the standard input say, until they end."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # nothing that a library prints gets between the answers
    for line in sys.stdin:
        print(json.dumps(_obey(contestant, json.loads(line))), file=answers, flush=True)
    contestant.close()


def _obey(contestant: Contestant, order: dict[str, Any]) -> dict[str, Any]:
    if "course" in order:
        contestant.start(Course(**order["course"]), Path(order["folder"]))
        return {}
    return asdict(contestant.lap(Phase(order["lap"])))
