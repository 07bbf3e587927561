"""Templates to pages."""

from __future__ import annotations

import unicodedata
import zlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache, partial
from pathlib import Path
from types import CodeType
from urllib.parse import urlencode, urlsplit

from aiohttp import web
from babel.dates import format_timedelta
from babel.numbers import format_decimal
from jinja2 import BytecodeCache, Environment, FileSystemLoader, StrictUndefined
from jinja2.bccache import Bucket
from markupsafe import Markup, escape
from multidict import CIMultiDict

from adapters.web.answers import cell
from adapters.web.assets import Assets
from adapters.web.moderation import wording
from adapters.web.settings import WebSettings
from adapters.web.titles import title_of
from adapters.web.tokens import Signer
from adapters.web.visit import Visit, greet
from bot.domain.html import plain_text
from bot.domain.orders import Notice
from bot.locale import LANGUAGES, NAMES, Translator, translator
from bot.locale.moments import when

VISIT = web.RequestKey("visit", Visit)

_COLOURS = 12
PAGE_HEADERS = CIMultiDict(
    {
        "Content-Type": "text/html; charset=utf-8",
        "Cache-Control": "no-cache, private",
        "Vary": "Accept-Language, Cookie",
    }
)


class _Compiled(BytecodeCache):
    """What templates were compiled to, for every page that this process serves."""

    def __init__(self) -> None:
        self._code: dict[tuple[str, str], CodeType | None] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._code.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._code[bucket.key, bucket.checksum] = bucket.code


_COMPILED = _Compiled()


class Renderer:
    """All templates, compiled once."""

    def __init__(self, settings: WebSettings, signer: Signer, assets: Assets) -> None:
        self._settings = settings
        self._signer = signer
        self._environment = Environment(
            loader=FileSystemLoader(Path(__file__).parent / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            auto_reload=False,
            trim_blocks=True,
            lstrip_blocks=True,
            bytecode_cache=_COMPILED,
        )
        self._environment.globals.update(
            static=assets.path,
            settings=settings,
            languages=[(language, NAMES[language]) for language in LANGUAGES],
            initials=initials,
            colour=colour,
            iso=iso,
            host_of=host_of,
            plain=plain_text,
            web_address=web_address,
            with_query=with_query,
            told=told,
            noticed=noticed,
            wording=wording,
            title_of=partial(title_of, settings.titles),
        )
        self._templates = {name: self._environment.get_template(name) for name in self._environment.list_templates()}

    def translator(self, visit: Visit | None, language: str | None) -> Translator:
        """The reader's language: the one asked for, else that of what is read, else English."""
        wanted = visit.wanted if visit is not None else None
        return translator(wanted or language or LANGUAGES[0])

    def page(
        self,
        request: web.Request,
        template: str,
        /,
        *,
        language: str | None = None,
        status: int = 200,
        **values: object,
    ) -> web.Response:
        """A page as an answer; `language` is that of what is read."""
        visit = request.get(VISIT)
        t = self.translator(visit, language)
        text = self._templates[template].render(
            t=t,
            visit=visit,
            when=lambda at, zone="UTC": when(at, zone, t.language),
            lasting=lambda span: lasting(span, t.language),
            number=lambda count: format_decimal(count, locale=t.language),
            cell=lambda value, zone, plain=False: cell(t, value, zone, plain=plain),
            **values,
        )
        return self.answer(visit, text.encode("utf-8", "replace"), status)

    def answer(self, visit: Visit | None, body: bytes, status: int = 200) -> web.Response:
        """A page that has been rendered."""
        response = web.Response(body=body, status=status, headers=PAGE_HEADERS)
        if visit is not None:
            greet(response, self._settings, self._signer, visit)
        return response


def lasting(span: timedelta, language: str) -> str:
    """How long something takes, for people: "5 minutes"."""
    return format_timedelta(span, threshold=1, locale=language)


def told(t: Translator, key: str, values: Mapping[str, object], zone: str = "UTC") -> Markup:
    """A message with its values; a script shows the moments among them in the reader's own zone."""
    moments = {name: value for name, value in values.items() if isinstance(value, datetime)}
    text = str(escape(t(key, **{**values, **{name: f"\x00{name}\x00" for name in moments}})))
    for name, at in moments.items():
        shown = f'<time datetime="{iso(at)}">{escape(when(at, zone, t.language))}</time>'
        text = text.replace(f"\x00{name}\x00", shown)
    return Markup(text)


def noticed(t: Translator, notice: Notice) -> str:
    """What admins were told; a value that is itself a message, such as a reason, is said in the language, too."""
    return t(notice.key, **{name: t.known(value) for name, value in notice.values})


def plainly(t: Translator, key: str, values: Mapping[str, object]) -> str:
    """The same as plain text."""
    moments = {name: when(at, "UTC", t.language) for name, at in values.items() if isinstance(at, datetime)}
    return t(key, **{**values, **moments})


def iso(at: datetime) -> str:
    """A moment for programs: RFC 3339, in UTC."""
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


@lru_cache(maxsize=1024)
def initials(name: str) -> str:
    """The first letters of the first two words of a name, or of the one that there is."""
    words = ["".join(c for c in unicodedata.normalize("NFC", word) if c.isalnum()) for word in name.split()]
    letters = [word[0] for word in words if word]
    return "".join(letters[:2]).upper()[:2] or "?"


def colour(name: str) -> int:
    """Which of the avatar's colours a name has, always the same."""
    return zlib.crc32(name.casefold().encode("utf-8", "surrogatepass")) % _COLOURS


def host_of(address: str) -> str:
    """The host of a feed's address, "" for a file: the rest may hold what is not for everybody."""
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def web_address(address: str | None) -> str | None:
    """An address that may be linked to; feeds are not to be trusted with others."""
    return address if address is not None and address.startswith(("http://", "https://")) else None


def with_query(path: str, values: Mapping[str, object]) -> str:
    """`path` with those values as its query that are not None or ""."""
    query = urlencode({key: value for key, value in values.items() if value not in (None, "")})
    return f"{path}?{query}" if query else path
