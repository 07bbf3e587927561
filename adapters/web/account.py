"""The signed-in member's account: what is known, language, other devices, and the way out."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from aiohttp import web

from adapters.web.asking import Reply, caller, tried
from adapters.web.failures import Refusal
from adapters.web.forms import FORM
from adapters.web.me import own_page, signed_in
from adapters.web.render import VISIT
from adapters.web.sessions import leave, remember_language
from adapters.web.site import SITE
from adapters.web.tokens import random_token
from adapters.web.visit import Visit, csrf_token
from bot.errors import RequestError
from bot.locale import translator
from bot.locale.answers import refusal

_NOT_YOUR_NAME = "That is not your name. To be forgotten, type it as it stands above."


async def account(request: web.Request) -> web.Response:
    """What is known of the member, and what can be chosen."""
    return await _page(request, None)
