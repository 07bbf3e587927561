"""What one key says about another. Read from the raw file, so that these faults come out beside all others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.config.faults import Fault, shown_key
from bot.config.nearest import nearest

Place = tuple[int | str, ...]


def inconsistencies(data: Mapping[str, Any]) -> Iterator[Fault]:
    """Slugs and addresses that stand twice, and feeds for channels that are not there."""
    slugs = list(_slugs(data))
    yield from _twice(data, [("communities", i, "slug") for i, _ in _tables(data, "communities")], "another community")
    yield from _twice(data, slugs, "another section or channel")
    yield from _twice(data, _channel_refs(data), "another channel")
    yield from _twice(data, list(_servers(data)), "another server")
    yield from _twice(data, [("feeds", i, "address") for i, _ in _tables(data, "feeds")], "another feed")
    yield from _twice(data, [("titles", i, "key") for i, _ in _tables(data, "titles")], "another title")
    yield from _unknown_channels(data, {str(_at(data, place)) for place in slugs})
    yield from _passwords_without_user(data)
    yield from _matrix(data)


def _tables(data: Any, key: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    items = data.get(key) if isinstance(data, Mapping) else None
    for index, item in enumerate(items if isinstance(items, list) else ()):
        if isinstance(item, Mapping):
            yield index, item


def _slugs(data: Mapping[str, Any]) -> Iterator[Place]:
    for index, community in _tables(data, "communities"):
        for kind in ("sections", "channels"):
            for number, _ in _tables(community, kind):
                yield ("communities", index, kind, number, "slug")


def _channel_refs(data: Mapping[str, Any]) -> list[Place]:
    return [(*place[:-1], "ref") for place in _slugs(data) if "channels" in place]


def _servers(data: Mapping[str, Any]) -> Iterator[Place]:
    for index, community in _tables(data, "communities"):
        servers = community.get("servers")
        for number in range(len(servers) if isinstance(servers, list) else 0):
            yield ("communities", index, "servers", number)


def _at(data: Any, place: Sequence[int | str]) -> Any:
    for step in place:
        data = data.get(step) if isinstance(data, Mapping) else data[step]
    return data


def _fault(data: Mapping[str, Any], place: Place, text: str) -> Fault:
    return Fault(keys=tuple(map(str, place)), key=shown_key(place, data), text=text)


def _twice(data: Mapping[str, Any], places: Sequence[Place], other: str) -> Iterator[Fault]:
    first: dict[str, Place] = {}
    for place in places:
        value = _at(data, place)
        if not isinstance(value, str):
            continue
        if value in first:
            text = f"{other} ({shown_key(first[value][:-1], data)}) has it already; write each once"
            yield _fault(data, place, text)
        first.setdefault(value, place)


def _unknown_channels(data: Mapping[str, Any], known: set[str]) -> Iterator[Fault]:
    for index, feed in _tables(data, "feeds"):
        channels = feed.get("channels")
        for number, slug in enumerate(channels if isinstance(channels, list) else ()):
            if isinstance(slug, str) and slug not in known:
                right = nearest(slug, known) or f"the slugs are {', '.join(sorted(known)) or 'none yet'}"
                place = ("feeds", index, "channels", number)
                yield _fault(data, place, f"no section or channel has the slug {slug!r}; {right}")


def _passwords_without_user(data: Mapping[str, Any]) -> Iterator[Fault]:
    for index, feed in _tables(data, "feeds"):
        for given, lacking in (("password", "user"), ("user", "password")):
            if given in feed and lacking not in feed:
                yield _fault(data, ("feeds", index, lacking), f"is missing beside {given}; write both or neither")


_MATRIX_NEEDS = {
    "homeserver": 'write its address, such as "https://matrix.example.org"',
    "user": 'write the bot\'s whole name, such as "@tribune:example.org"',
    "key": "write a long random text as a secret: what the bot keeps is encrypted with it",
}


def _matrix(data: Mapping[str, Any]) -> Iterator[Fault]:
    """Who is on Matrix is somebody, somewhere, and keeps secrets."""
    table = data.get("matrix")
    if not isinstance(table, Mapping) or not ({*_MATRIX_NEEDS, "password", "token", "device"} & set(table)):
        return
    for key, right in _MATRIX_NEEDS.items():
        if key not in table:
            yield _fault(data, ("matrix", key), f"is missing; {right}")
    if ("token" in table) != ("device" in table):
        missing = "device" if "token" in table else "token"
        right = "a token is good for the device that it was made for: write both, or neither"
        yield _fault(data, ("matrix", missing), f"is missing; {right}")
