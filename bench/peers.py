"""The environment of whom we are measured beside: made under var/bench, so that Tribune never depends on it."""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path

_REQUIREMENTS = Path(__file__).with_name("requirements-peers.txt")


class NoPeers(Exception):
    """They could not be installed; the text is one line that says why."""


def peers_python(folder: Path) -> Path:
    """The Python that has the peers, installed where they are not there yet. Raises NoPeers."""
    python = folder / "bin" / "python"
    wanted = _REQUIREMENTS.read_text()
    done = folder / "installed.txt"
    if done.exists() and done.read_text() == wanted:
        return python
    venv.create(folder, with_pip=True, clear=True)
    _install(python)
    done.write_text(wanted)
    return python


def _install(python: Path) -> None:
    command = [str(python), "-m", "pip", "--disable-pip-version-check", "-qq", "install", "-r", str(_REQUIREMENTS)]
    result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
    if result.returncode:
        lines = [line for line in result.stderr.splitlines() if line.strip()] or [f"pip ended with {result.returncode}"]
        raise NoPeers(lines[-1])


def version_of(python: Path, package: str) -> str:
    """The version of an installed package."""
    code = f"from importlib.metadata import version; print(version({package!r}))"
    return subprocess.run([str(python), "-c", code], capture_output=True, text=True, check=True).stdout.strip()


def own_python() -> Path:
    """The Python that runs us."""
    return Path(sys.executable)
