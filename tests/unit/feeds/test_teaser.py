"""Teasers are recognised."""

from __future__ import annotations

import pytest

from feeds.teaser import is_teaser


@pytest.mark.parametrize(
    "html",
    [
        "<p>The council met on Monday and […]</p>",
        "<p>The council met on Monday and [&hellip;]</p>",
        "<p>The council met on Monday and [...]</p>",
        "The council met on Monday and…",
        "The council met on Monday and ...",
        "<p>The council met.</p><p><a href='https://x.example'>Read more</a></p>",
        "<p>The council met.</p><p><a href='https://x.example'>Read more »</a></p>",
        "<p>The council met. <a href='https://x.example'>Continue reading →</a></p>",
        "<p>The council met. <a href='https://x.example'>Read the full story at the Gazette</a></p>",
        "<p>Le conseil s’est réuni. <a href='https://x.example'>Lire la suite</a></p>",
        "<p>Le conseil s’est réuni. <a href='https://x.example'>Lire la suite…</a></p>",
        "<p>Le conseil s’est réuni. <a href='https://x.example'>En savoir plus</a></p>",
        "<p>Le conseil s’est réuni.</p><p>Cet article est réservé aux abonnés.</p>",
        "<p>Le conseil s’est réuni.</p><p>La suite est réservée à nos abonnés</p>",
        "<p>Le conseil s’est réuni.</p><p>Abonnez-vous pour lire la suite de l’enquête.</p>",
        "<p>Le conseil s’est réuni.</p><p>Il vous reste 80 % de cet article à lire.</p>",
        "<p>The council met.</p><p>This article is for subscribers only.</p>",
        "<p>The council met.</p><p>This content is only available to paying subscribers.</p>",
        "<p>The council met.</p><p>Subscribe to continue reading.</p>",
        "<p>The council met.</p><p>Become a member to read the rest.</p>",
    ],
)
def test_teasers(html: str) -> None:
    assert is_teaser(html)


@pytest.mark.parametrize(
    "html",
    [
        "",
        "<p>The council met on Monday and agreed.</p>",
        "<p>“And then…” she said, and left the room. Nobody followed.</p>",
        "<p>Subscribers to the library borrow tools for a week.</p>",
        "<p>Les abonnés de la bibliothèque empruntent des outils.</p>",
        "<p>You can read more in winter than in summer. That is all there is to it, and it is enough.</p>",
        "<p>Pour en savoir plus sur les phoques, il a passé dix ans en mer. Il en est revenu.</p>",
    ],
)
def test_whole_texts(html: str) -> None:
    assert not is_teaser(html)
