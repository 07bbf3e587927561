"""The types of single values: durations, zones, addresses, names.

A wrong value raises a `PydanticCustomError` whose text is "what is wrong; what would be right".
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, TypeVar
from urllib.parse import SplitResult, unquote, urlsplit
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo
from pydantic_core import PydanticCustomError

from bot.config.nearest import nearest

T = TypeVar("T")

_PART = re.compile(r"(\d+)\s*(d|h|m|s)")
_SECONDS = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_MATRIX_SERVER = re.compile(r"(\[[0-9a-fA-F:.]+\]|[0-9A-Za-z.-]+)(:\d{1,5})?")
_MATRIX_USER = re.compile(rf"@[!-9;-~]*:{_MATRIX_SERVER.pattern}")
_REF = re.compile(r"[a-z][a-z0-9]*:\S+")


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What a value may depend on besides itself: handed to the models as their validation context."""

    folder: Path  # the configuration file's: relative paths start here
    environ: dict[str, str]


def surroundings(info: ValidationInfo) -> Surroundings:
    """The context of a validation."""
    if not isinstance(info.context, Surroundings):
        raise TypeError("a configuration is validated with its Surroundings as context")
    return info.context


def fault(wrong: str, right: str) -> PydanticCustomError:
    """An error of validation that says what is wrong, and what would be right."""
    return PydanticCustomError("fault", "{wrong}; {right}", {"wrong": wrong, "right": right})


def parse_duration(value: object) -> timedelta:
    """Read "30m", "1h", "1h30m", "2d", "45s"."""
    right = 'write a number with d, h, m or s, such as "30m" or "1h30m"'
    if not isinstance(value, str):
        raise fault("is not a duration", right)
    parts = _PART.findall(value)
    if not parts or _PART.sub("", value).strip():
        raise fault(f"{value!r} is not a duration", right)
    return timedelta(seconds=sum(int(number) * _SECONDS[unit] for number, unit in parts))


def show_duration(value: timedelta) -> str:
    """Write a duration as `parse_duration` reads it."""
    left, words = int(value.total_seconds()), []
    for unit, seconds in _SECONDS.items():
        count, left = divmod(left, seconds)
        if count:
            words.append(f"{count}{unit}")
    return "".join(words) or "0s"


def _read_duration(value: object) -> timedelta:
    return value if isinstance(value, timedelta) else parse_duration(value)


def between(least: str, most: str) -> AfterValidator:
    """Bounds of a duration, both included."""
    low, high = parse_duration(least), parse_duration(most)

    def check(value: timedelta) -> timedelta:
        if not low <= value <= high:
            raise fault(f"{show_duration(value)} is out of bounds", f'write a duration from "{least}" to "{most}"')
        return value

    return AfterValidator(check)


def _zone(value: str) -> str:
    zones = available_timezones()
    if value in zones:
        return value
    near = nearest(value, zones)
    raise fault(f"{value!r} is no time zone", f"{near} write a name such as Europe/Paris or UTC".strip())


def _language(value: str) -> str:
    if value not in ("en", "fr"):
        raise fault(f"{value!r} is no language that Tribune speaks", 'write "en" or "fr"')
    return value


def _slug(value: str) -> str:
    if not _SLUG.fullmatch(value) or len(value) > 40:
        raise fault(f"{value!r} cannot stand in an address", "write small letters a-z, digits and hyphens, at most 40")
    return value


def _prefix(value: str) -> str:
    if not value or len(value) > 20 or not value.isprintable() or any(each.isspace() for each in value):
        raise fault(f"{value!r} cannot begin a command", 'write up to 20 characters without spaces, such as "!tribune"')
    return value


def _ref(value: str) -> str:
    if not _REF.fullmatch(value) or value.startswith("web:"):
        right = 'write the network, a colon and its name there, such as "discord:1234"; parts of the page are sections'
        raise fault(f"{value!r} is no channel of a chat network", right)
    return value


def _server(value: str) -> str:
    if not _REF.fullmatch(value) or value.startswith("web:"):
        right = 'write the network, a colon and the ID of the server, such as "discord:1234"'
        raise fault(f"{value!r} is no server", right)
    network, _, name = value.partition(":")
    return f"{network}:server/{name.removeprefix('server/')}"


def _matrix_user(value: str) -> str:
    if not _MATRIX_USER.fullmatch(value):
        raise fault(f"{value!r} is no user of Matrix", 'write the whole name, such as "@tribune:example.org"')
    return value


def _matrix_inviter(value: str) -> str:
    if not _MATRIX_USER.fullmatch(value) and not _MATRIX_SERVER.fullmatch(value):
        right = 'write a person, such as "@anna:example.org", or a homeserver, such as "example.org"'
        raise fault(f"{value!r} is neither a user of Matrix nor a homeserver", right)
    return value


def _folder(value: object, info: ValidationInfo) -> Path:
    """Where a relative folder lies must not depend on where the command was started."""
    if not isinstance(value, str | Path) or not str(value).strip():
        raise fault("names no folder", "write the path of a folder")
    return (surroundings(info).folder / value).resolve()


def _some_text(value: str) -> str:
    if not value.strip() or not value.isprintable():
        raise fault("is empty or holds control characters", "write a line of text")
    return value.strip()


def split_address(value: str) -> SplitResult:
    """Split an address without showing it in an error, since it may hold a password."""
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError as error:
        raise fault("is not an address", "write one such as https://example.org/feed.xml") from error
    return parts


def _feed_address(value: str, info: ValidationInfo) -> str:
    parts = split_address(value)
    if parts.username or parts.password:
        raise fault("holds a user or a password", "write them as `user` and `password` of the feed")
    if parts.scheme == "file":
        return _file_address(parts, surroundings(info).folder)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise fault(f"{value!r} is not an address of a feed", "write one that begins with https://, http:// or file:")
    return value


def _file_address(parts: SplitResult, folder: Path) -> str:
    if parts.netloc not in ("", "localhost"):
        raise fault("names a file on another machine", "write file: and the path of a file on this one")
    return (folder / unquote(parts.path)).resolve().as_uri()


def _public_base(value: str) -> str:
    if not _is_base(value):
        right = "write scheme and host as visitors see them, such as https://news.example.org"
        raise fault("is not the base of the page's addresses", right)
    return value.rstrip("/")


def _homeserver(value: str) -> str:
    if not _is_base(value):
        raise fault("is not a homeserver's address", 'write scheme and host, such as "https://matrix.example.org"')
    return value.rstrip("/")


def _is_base(value: str) -> bool:
    parts = split_address(value)
    plain = parts.scheme in ("http", "https") and parts.hostname and not (parts.query or parts.fragment)
    return bool(plain) and parts.path in ("", "/") and not parts.username


def _network_range(value: str) -> str:
    try:
        return str(ipaddress.ip_network(value))
    except ValueError as error:
        raise fault(f"{value!r} is no range of addresses", 'write one such as "10.0.0.0/8" or "127.0.0.1"') from error


def _host(value: str) -> str:
    if not value or "/" in value.partition("/")[2] or "://" in value or value != value.strip():
        raise fault(f"{value!r} is no host", 'write a host, an address or a range: "nas.lan", "10.0.0.5", "10.0.0.0/8"')
    return value.lower()


def _as_tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def check_with(check: Callable[[T], T]) -> AfterValidator:
    """A validator of a value that has the right type already."""
    return AfterValidator(check)


Duration = Annotated[timedelta, BeforeValidator(_read_duration)]
Zone = Annotated[str, AfterValidator(_zone)]
Language = Annotated[str, AfterValidator(_language)]
Slug = Annotated[str, AfterValidator(_slug)]
ChannelRef = Annotated[str, AfterValidator(_ref)]
MatrixUser = Annotated[str, AfterValidator(_matrix_user)]
MatrixInviter = Annotated[str, AfterValidator(_matrix_inviter)]
Folder = Annotated[Path, BeforeValidator(_folder)]
ServerRef = Annotated[str, AfterValidator(_server)]
Line = Annotated[str, AfterValidator(_some_text)]
Prefix = Annotated[str, AfterValidator(_prefix)]
FeedAddress = Annotated[str, AfterValidator(_feed_address)]
PublicBase = Annotated[str, AfterValidator(_public_base)]
Homeserver = Annotated[str, AfterValidator(_homeserver)]
Range = Annotated[str, AfterValidator(_network_range)]
Host = Annotated[str, AfterValidator(_host)]
Port = Annotated[int, Field(ge=0, le=65_535)]
Many = Annotated[tuple[T, ...], BeforeValidator(_as_tuple)]


def zone_info(name: str) -> ZoneInfo:
    """The zone with a name that was validated."""
    return ZoneInfo(name)
