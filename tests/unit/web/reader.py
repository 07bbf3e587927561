"""Somebody with a browser that runs no script: gets pages, fills in forms, keeps cookies."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import urljoin

import lxml.html
from aiohttp import ClientSession, CookieJar, FormData
from yarl import URL

from adapters.web import WebNetwork

_STEP = re.compile(r"(?P<sign>[.#]?)(?P<name>[\w-]+)|\[(?P<attribute>[\w-]+)(?:=(?P<value>[^\]]*))?\]")


def xpath(css: str) -> str:
    """The XPath of a simple selector: tags, classes, ids, attributes, descendants."""
    return "".join(_step(part) for part in css.split())


def _step(part: str) -> str:
    tag, conditions = "*", ""
    for match in _STEP.finditer(part):
        if match["attribute"]:
            value = "" if match["value"] is None else f"='{match['value']}'"
            conditions += f"[@{match['attribute']}{value}]"
        elif match["sign"] == "#":
            conditions += f"[@id='{match['name']}']"
        elif match["sign"] == ".":
            conditions += f"[contains(concat(' ', @class, ' '), ' {match['name']} ')]"
        else:
            tag = match["name"]
    return f"//{tag}{conditions}"


@dataclass
class Answer:
    """A page as it came."""

    status: int
    headers: Any
    text: str
    url: str

    @property
    def page(self) -> Any:
        return lxml.html.document_fromstring(self.text)

    def all(self, css: str) -> list[Any]:
        return list(self.page.xpath(xpath(css)))

    def one(self, css: str) -> Any:
        found = self.all(css)
        assert len(found) == 1, f"{len(found)} of {css} on {self.url}"
        return found[0]

    def words(self, css: str) -> str:
        return " ".join(" ".join(part.text_content() for part in self.all(css)).split())

    def fields(self, css: str) -> dict[str, str]:
        """What a form would send, before anything is typed."""
        return dict(self.one(css).form_values())


class Reader:
    """A visitor, or a member after `sign_in`."""

    def __init__(self, web: WebNetwork, headers: dict[str, str] | None = None) -> None:
        host, port = web.bound
        self.base = f"http://{host}:{port}"
        self._http = ClientSession(cookie_jar=CookieJar(unsafe=True), headers=headers or {"Accept-Language": "en"})

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *failure: object) -> None:
        await self.close()

    async def close(self) -> None:
        await self._http.close()

    async def get(self, path: str, **options: Any) -> Answer:
        return await self._ask("GET", path, **options)

    async def post(self, path: str, data: dict[str, str] | FormData, **options: Any) -> Answer:
        return await self._ask("POST", path, data=data, **options)

    async def send(self, page: Answer, css: str, **typed: str) -> Answer:
        """Fill in and send a form."""
        form = page.one(css)
        action = urljoin(page.url, form.get("action") or page.url)
        return await self.post(action, page.fields(css) | typed)

    async def sign_in(self, name: str, prefix: str = "") -> Answer:
        return await self.send(await self.get(f"{prefix}/signin"), "main form", name=name)

    async def csrf(self, path: str = "/") -> str:
        page = await self.get(path)
        return str(page.all("input[name=csrf]")[0].get("value"))

    def cookies(self) -> dict[str, str]:
        return {cookie.key: cookie.value for cookie in self._http.cookie_jar}

    def give_cookie(self, name: str, value: str) -> None:
        self._http.cookie_jar.update_cookies({name: value}, URL(self.base))

    async def _ask(self, method: str, path: str, **options: Any) -> Answer:
        async with self._http.request(method, urljoin(self.base, path), **options) as response:
            body = await response.read()
            text = body.decode(response.charset or "utf-8")
            return Answer(status=response.status, headers=response.headers, text=text, url=str(response.real_url))
