"""What every answer says to browsers, so that hostile text can do little."""

from __future__ import annotations

from adapters.web.settings import WebSettings


def security_headers(settings: WebSettings) -> dict[str, str]:
    """The headers of every answer."""
    images = "img-src 'self' https:" if settings.images_https else "img-src 'self'"
    headers = {
        "Content-Security-Policy": (
            f"default-src 'none'; script-src 'self'; style-src 'self'; {images}; connect-src 'self'; "
            "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
        ),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
        "X-Frame-Options": "DENY",
    }
    if settings.secure:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    return headers
