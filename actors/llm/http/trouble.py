"""What went wrong under a request, said as a `Failed`: exceptions of requests and urllib3 become advice.

Used by `actors.llm.http.session`. Exception texts of the libraries are not passed on: they quote addresses and headers.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import requests
from urllib3.exceptions import DecodeError, NameResolutionError

from actors.llm.http.limits import WaitLimits, stalled
from actors.llm.port import Failed
from config.providers import ProviderAccess

PROXIES = ("ALL_PROXY", "all_proxy", "HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy")
BUNDLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")
PLAIN_SERVER = ("WRONG_VERSION_NUMBER", "wrong version number", "HTTP_REQUEST", "RECORD_LAYER_FAILURE", "record layer")
"""What OpenSSL says where a plain server answers."""
TLS_SERVER = ("\x15\x03", "\\x15\\x03")
"""An alert of TLS, which is no status line."""


def never_sent(problem: Exception, access: ProviderAccess, limits: WaitLimits, *, reused: bool) -> Failed:
    """Not even the head of a response came. `reused`: the connection was an old one, a new one may do at once."""
    wrong = _misconfigured(problem, access) or _mismatched(problem, access)
    if wrong:
        return Failed("rejected", wrong)
    match problem:
        case requests.ConnectTimeout():
            return _unreachable(f"No connection to {access.place} within {limits.connect:g} s.")
        case requests.Timeout() | TimeoutError():
            return stalled(limits, begun=False)
        case requests.exceptions.ProxyError():
            return _unreachable("The proxy does not let us through: check HTTPS_PROXY and HTTP_PROXY.")
        case requests.exceptions.SSLError():
            text = f"The certificate of {access.place} is not trusted{_why_not_trusted(problem)}."
            return Failed("unreachable", f"{text} If it is your own, name its authority's file in REQUESTS_CA_BUNDLE.")
        case _:
            return _not_connected(problem, access, reused=reused)


def _misconfigured(problem: Exception, access: ProviderAccess) -> str:
    """What is wrong with the provider's table or the environment; empty where that is not the reason."""
    said = str(problem)
    if "SOCKS" in said:
        name = next((name for name in PROXIES if os.environ.get(name, "").lower().startswith("socks")), "ALL_PROXY")
        return (
            f"{name} names a SOCKS proxy, which needs the package PySocks: install callboard with it, or set {name} to "
            "an HTTP proxy or to nothing."
        )
    if "CA certificate bundle" in said:
        name = next((name for name in BUNDLES if os.environ.get(name)), BUNDLES[0])
        return f"{name} names a file of certificates that is not there or cannot be read: correct it or unset it."
    if isinstance(problem, (requests.exceptions.InvalidHeader, UnicodeError)):
        return f"The key or a header of {access.name} holds characters that no header may hold."
    if isinstance(problem, requests.exceptions.InvalidProxyURL):
        return "The proxy's address is no usable one: check HTTPS_PROXY and HTTP_PROXY."
    if isinstance(problem, ValueError):
        return f"{access.name}: {access.place} is no usable address. Set base_url to one like https://host/v1."
    return ""


def _mismatched(problem: Exception, access: ProviderAccess) -> str:
    """The server and the address disagree about TLS; empty where they do not."""
    said = " ".join(str(cause) for cause in _causes(problem))
    if any(mark in said for mark in PLAIN_SERVER):
        return f"{access.place} does not speak TLS: write http:// in the provider's base_url."
    if access.base_url.startswith("http://") and any(mark in said for mark in TLS_SERVER):
        return f"{access.place} speaks TLS only: write https:// in the provider's base_url."
    return ""


def _why_not_trusted(problem: Exception) -> str:
    words = (getattr(cause, "verify_message", "") for cause in _causes(problem))
    reason = next((word for word in words if isinstance(word, str) and word), "")
    return f" ({reason.rstrip('.')})" if reason else ""


def broken_off(problem: Exception) -> Failed:
    """The connection failed in the middle of an answer."""
    if any(isinstance(cause, DecodeError) for cause in _causes(problem)):
        return Failed("malformed", "The answer's compression is broken.", retryable=True)
    if any(isinstance(cause, TimeoutError) for cause in _causes(problem)):
        return Failed("stalled", "The model server went silent in the middle of its answer.", retryable=True)
    return Failed("cut", "The connection broke off in the middle of the answer.", retryable=True)


def _not_connected(problem: Exception, access: ProviderAccess, *, reused: bool) -> Failed:
    causes = list(_causes(problem))
    if any(isinstance(cause, NameResolutionError) for cause in causes):
        return _unreachable(f"No host of that name: {access.place}. Check base_url and the network.")
    if any(isinstance(cause, ConnectionRefusedError) for cause in causes):
        return _unreachable(f"Nothing listens at {access.place}. Is the model server running?")
    number = next((cause.errno for cause in causes if isinstance(cause, OSError) and cause.errno), None)
    reason = f" ({os.strerror(number)})" if number else ""
    retry_after = 0.0 if reused else None
    text = f"{access.place} closed the connection without an answer{reason}."
    return Failed("unreachable", text, retryable=True, retry_after=retry_after)


def _unreachable(text: str) -> Failed:
    return Failed("unreachable", text, retryable=True)


def _causes(problem: BaseException) -> Iterator[BaseException]:
    """The exception and everything it came from or was built around."""
    seen: set[int] = set()
    waiting: list[BaseException] = [problem]
    while waiting:
        cause = waiting.pop()
        if id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        inner = (cause.__cause__, cause.__context__, getattr(cause, "reason", None), *cause.args)
        waiting += [item for item in inner if isinstance(item, BaseException)]
