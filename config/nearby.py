"""Whether a server is on this machine or network: there is no cluster behind it, and a long prompt takes it minutes.

Used where the waits of a request are chosen. Looks at the address only; never resolves a name.
"""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

ENDINGS = (".local", ".localhost", ".lan", ".home", ".internal", ".home.arpa")


def is_nearby(url: str) -> bool:
    """Whether the host is this one, has a private address, or a name that only a local network knows."""
    try:
        host = (urlsplit(url).hostname or "").rstrip(".").lower()
    except ValueError:
        return False
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return bool(host) and ("." not in host or host.endswith(ENDINGS))
    return address.is_loopback or address.is_private or address.is_link_local or address.is_unspecified
