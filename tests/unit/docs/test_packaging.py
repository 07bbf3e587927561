"""What an installed Tribune needs besides its modules is packaged with them."""

from __future__ import annotations

import tomllib
from fnmatch import fnmatch
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
PACKAGES = ("bot", "adapters", "feeds", "storage")


def files() -> list[Path]:
    found = (path for package in PACKAGES for path in (ROOT / package).rglob("*") if path.is_file())
    return [path for path in found if "__pycache__" not in path.parts and path.suffix != ".pyc"]


def test_every_file_beside_the_modules_is_packaged() -> None:
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    patterns = pyproject["tool"]["setuptools"]["package-data"]["*"]
    left_out = [path for path in files() if path.suffix != ".py" and not any(fnmatch(path.name, p) for p in patterns)]
    assert left_out == []


def test_every_folder_with_modules_or_data_is_found_as_a_package() -> None:
    """Data belong to the nearest package above them."""
    folders = {path.parent for path in files() if path.suffix == ".py"}
    assert [folder for folder in folders if not (folder / "__init__.py").exists()] == []
