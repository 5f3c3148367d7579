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
    while told and _is_trusted(connection, peer):
        before = told.pop().strip()
        if not _is_address(before):
            break
        peer = before
    return peer


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _is_trusted(connection: HTTPConnection, address: str) -> bool:
    if not _is_address(address):
        return False
    return any(ip_address(address) in network for network in parts_of(connection).trusted_proxies)
