"""What aiohttp and the system raise, as one line for people."""

from __future__ import annotations

import errno
import os
import socket
import ssl

import aiohttp

from bot.domain.model import Failed, FailureKind

TRANSLATED = (aiohttp.ClientError, TimeoutError, OSError, UnicodeError)
"""What a request raises for what the world does wrong; UnicodeError is for host names that cannot be asked for."""

_NO_SUCH_HOST = {socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME), socket.EAI_FAIL}


def failed_request(error: BaseException, host: str, refused: str | None, seconds: float) -> Failed:
    """What `error` means for a request to `host`; `refused` is the address that we would not connect to."""
    if refused is not None:
        return forbidden(host, refused)
    if isinstance(error, TimeoutError):
        return Failed(kind=FailureKind.TIMEOUT, reason=f"no complete answer from {host} within {seconds:g} s")
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return Failed(kind=FailureKind.TLS, reason=f"the certificate of {host} is not valid: {_certificate(error)}")
    if isinstance(error, aiohttp.ClientSSLError | ssl.SSLError):
        return Failed(kind=FailureKind.TLS, reason=f"no secure connection to {host}")
    return _unreachable(error, host)


def _unreachable(error: BaseException, host: str) -> Failed:
    if isinstance(error, aiohttp.InvalidURL):
        reason = f"{host} is not the name of a host"
    elif isinstance(error, aiohttp.ClientHttpProxyError):
        reason = f"the proxy answered {error.status} for {host}"
    elif isinstance(error, aiohttp.ClientProxyConnectionError):
        reason = "the proxy cannot be reached"
    elif isinstance(error, aiohttp.ClientConnectorDNSError):
        reason = _unresolved(error, host)
    elif isinstance(error, aiohttp.ClientConnectorError):
        reason = f"no connection to {host}: {_system(error.os_error)}"
    elif isinstance(error, aiohttp.ClientPayloadError):
        reason = f"the answer of {host} broke off"
    elif isinstance(error, UnicodeError):
        reason = f"no such host: {host}"
    elif isinstance(error, aiohttp.ClientResponseError):
        return Failed(kind=FailureKind.UNREADABLE, reason=f"what {host} answered is not valid HTTP")
    else:
        reason = f"{host} closed the connection before it had answered"
    return Failed(kind=FailureKind.UNREACHABLE, reason=reason)


def _unresolved(error: aiohttp.ClientConnectorDNSError, host: str) -> str:
    if error.os_error.errno in _NO_SUCH_HOST:
        return f"no such host: {host}"
    return f"the name {host} cannot be resolved at the moment"


def _certificate(error: aiohttp.ClientConnectorCertificateError) -> str:
    cause = error.certificate_error
    return str(getattr(cause, "verify_message", "") or "it cannot be verified").rstrip(".")


def _system(error: OSError) -> str:
    if error.errno in (None, 0) or error.errno not in errno.errorcode:
        return "it cannot be made"
    return os.strerror(error.errno).lower()


def forbidden(host: str, address: str) -> Failed:
    """A host that leads to an address which is not public."""
    where = f"{host} is" if host == address else f"{host} leads to {address}, which is"
    return Failed(
        kind=FailureKind.FORBIDDEN_ADDRESS,
        reason=f"{where} not a public address; name {host} under allowed_hosts to allow it",
    )


def too_large(limit: int) -> Failed:
    """A body beyond the limit."""
    size = f"{limit // 1_000_000} MB" if limit >= 1_000_000 else f"{limit} bytes"
    return Failed(kind=FailureKind.TOO_LARGE, reason=f"it is larger than {size}")
