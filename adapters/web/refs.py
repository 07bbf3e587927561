"""The references of the `web` network: made and read here only.

web:section/<slug>                             a section of the page
web:post/<key>  web:thread/<key>               an article's post in a section, and what is under it
web:said/<key>                                 something the bot said
web:comment/<nonce>                            a member's comment
web:account/<random>                           who wrote it
web:reaction/<account>/<direction>/<message>   a vote on a message of any network
"""

from __future__ import annotations

import re

from bot.domain.model import Ref, Vote
from bot.errors import NetworkRefused

NETWORK = "web"

_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~-]{0,127}")
_NONCE = re.compile(r"[A-Za-z0-9_-]{16,64}")


def section(slug: str) -> Ref:
    """A section, as it is called in the configuration and in addresses."""
    return _mint("section", slug)


def post(key: str) -> Ref:
    """An article's post."""
    return _mint("post", key)


def thread(key: str) -> Ref:
    """The thread under a post, by the post's key: there is one."""
    return _mint("thread", key)


def said(key: str) -> Ref:
    """Something the bot said."""
    return _mint("said", key)


def comment(nonce: str) -> Ref:
    """A comment, by what its form carried, so that it is one however often the form is sent."""
    return Ref(f"{NETWORK}:comment/{nonce}")


def account(random: str) -> Ref:
    """An account of the page."""
    return Ref(f"{NETWORK}:account/{random}")


def reaction(by: Ref, direction: Vote, message: Ref) -> Ref:
    """The one reaction that an account has in one direction on a message."""
    return Ref(f"{NETWORK}:reaction/{name_of(by, 'account')}/{direction.value}/{message}")


def is_nonce(text: str) -> bool:
    """Whether `text` can be what a comment is known by."""
    return _NONCE.fullmatch(text) is not None


def name_of(ref: Ref, kind: str) -> str:
    """What stands after `web:<kind>/`. Raises `NetworkRefused` where `ref` is of another kind or network."""
    start = f"{NETWORK}:{kind}/"
    if not ref.startswith(start) or len(ref) == len(start):
        raise NetworkRefused(f"{ref!r} is no {kind} of the page")
    return ref[len(start) :]


def _mint(kind: str, name: str) -> Ref:
    if not _WORD.fullmatch(name):
        raise NetworkRefused(f"{name!r} cannot name a {kind} of the page")
    return Ref(f"{NETWORK}:{kind}/{name}")
