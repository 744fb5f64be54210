"""Addresses of clients, and whom limits take for one client."""

import re
from functools import lru_cache
from ipaddress import IPv6Address, IPv6Network, ip_address
from typing import Final

NETWORK: Final = 64  # bits; what one network of IPv6 has (RFC 4291, section 2.5.4) any of its hosts may take
WITH_PORT: Final = re.compile(r"\[([^\]]*)\](?::[0-9]{1,5})?|([0-9.]+):[0-9]{1,5}")
LONGEST: Final = 64


@lru_cache(maxsize=1024)
def plain(address: str) -> str:
    """An address as it is usually written: without a port, one of IPv4 that is mapped into IPv6 (RFC 4291,
    section 2.5.5.2) as itself. What is no address stays as it is."""
    bare = address.strip()
    match = WITH_PORT.fullmatch(bare)
    found = _read((match[1] or match[2]) if match else bare)
    if found is None:
        return bare
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return str(mapped or found)


@lru_cache(maxsize=1024)
def share(address: str) -> str:
    """Whom a limit counts an address as: of IPv6 the network that it is in, else the address itself."""
    found = _read(address)
    if not isinstance(found, IPv6Address):
        return address
    return str(IPv6Network((int(found), NETWORK), strict=False))


def _read(address: str) -> object:
    try:
        return ip_address(address) if len(address) <= LONGEST else None
    except ValueError:
        return None
