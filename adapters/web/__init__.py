"""The page: the `web` network, and the discussion as people read it."""

from adapters.web.links import PageInvitations
from adapters.web.network import WebNetwork, make_link
from adapters.web.own_links import PageLinks
from adapters.web.settings import Limits, Rate, WebSettings

__all__ = ["Limits", "PageInvitations", "PageLinks", "Rate", "WebNetwork", "WebSettings", "make_link"]
