"""From which address a request comes."""

from ipaddress import ip_address

from starlette.requests import HTTPConnection

from server.parts import parts_of


def address_of(connection: HTTPConnection) -> str:
    """The caller's address; what proxies say of it counts only where the proxy is trusted.

    Of `X-Forwarded-For` the last address that is not a trusted proxy's own is taken, because
    everything before it may have been written by the caller.
    """
    peer = connection.client.host if connection.client else ""
    told = connection.headers.get("x-forwarded-for", "").split(",")
    while _is_trusted(connection, peer) and told:
        peer = told.pop().strip() or peer
    return peer


def _is_trusted(connection: HTTPConnection, address: str) -> bool:
    try:
        found = ip_address(address)
    except ValueError:
        return False
    return any(found in network for network in parts_of(connection).trusted_proxies)
