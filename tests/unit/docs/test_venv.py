"""`deploy/venv.sh` finds a fitting Python, or says what is missing; the Pythons here are fakes on their own PATH."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[3] / "deploy" / "venv.sh"

FITTING = 'case "$*" in "-m venv "*) mkdir -p "$3" && echo "$0" > "$3/made-by";; esac; exit 0'
OLD = 'case "$*" in *version_info*) exit 1;; *python_version*) echo 3.9.2;; esac; exit 0'
BARE = 'case "$*" in *ensurepip*) exit 1;; esac; exit 0'
BROKEN = "exit 127"


def run(folder: Path, pythons: dict[str, str], **environ: str) -> subprocess.CompletedProcess[str]:
    programs = folder / "bin"
    programs.mkdir()
    for name, body in pythons.items():
        path = programs / name
        path.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
        path.chmod(0o755)
    for name in ("rm", "mkdir", "cat"):
        (programs / name).symlink_to(f"/bin/{name}")
    return subprocess.run(
        ["/bin/sh", str(SCRIPT), str(folder / "venv")],
        env={"PATH": str(programs), **environ},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("pythons", "chosen"),
    [
        ({"python3": FITTING, "python3.12": FITTING}, "python3"),
        ({"python3": OLD, "python3.12": FITTING}, "python3.12"),
        ({"python3": BARE, "python3.11": FITTING}, "python3.11"),
        ({"python3": BROKEN, "python": FITTING}, "python"),
    ],
)
def test_the_first_that_fits_is_taken(tmp_path: Path, pythons: dict[str, str], chosen: str) -> None:
    done = run(tmp_path, pythons)
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "venv" / "made-by").read_text().strip() == str(tmp_path / "bin" / chosen)


def test_one_can_be_named(tmp_path: Path) -> None:
    run(tmp_path, {"python3": FITTING, "mine": FITTING}, PYTHON="mine")
    assert (tmp_path / "venv" / "made-by").read_text().strip().endswith("/mine")


@pytest.mark.parametrize(
    ("pythons", "said"),
    [
        ({}, "Tribune needs Python 3.11 or later, and found none."),
        ({"python3": OLD}, "Tribune needs Python 3.11 or later; found only python3 (3.9.2)."),
        ({"python3": BARE}, "Tribune found python3, but the modules venv and ensurepip are missing."),
    ],
)
def test_where_none_fits_it_says_what_is_missing(tmp_path: Path, pythons: dict[str, str], said: str) -> None:
    assert os.access(SCRIPT, os.X_OK)
    done = run(tmp_path, pythons)
    assert done.returncode == 1
    assert done.stderr.splitlines()[0] == said
    assert not (tmp_path / "venv").exists()
