"""Who the neighbours are, and where each is found."""

from collections.abc import Mapping
from enum import StrEnum

from app.transport.trust import Trust, files_from


class Neighbour(StrEnum):
    """A counterpart over HTTP; the names are those of the health page (spec)."""

    CUSTOMERS = "customer_management"
    DATA = "data_maintenance"
    DISPATCH = "dispatch_operations"
    INVOICES = "invoice_operations"
    ACCOUNTS = "account_management"
    REPORTS = "reports"
    ORDER_SALES = "order_sales"
    SMS = "sms_gateway"


BUILT_IN = frozenset(Neighbour) - {Neighbour.SMS}
Urls = Mapping[Neighbour, str]


DEFAULT_AUDIENCE = "luckygas"


def audiences_from(environment: Mapping[str, str]) -> dict[Neighbour, str]:
    """The server names that our tokens for remote neighbours are made out to.

    By `LUCKYGAS_<NAME>_AUDIENCE`; without one, "luckygas".
    """
    given = {name: environment.get(f"LUCKYGAS_{name.upper()}_AUDIENCE", "") for name in Neighbour}
    return {name: given[name] or DEFAULT_AUDIENCE for name in Neighbour}


def urls_from(environment: Mapping[str, str]) -> dict[Neighbour, str]:
    """Base URLs by `LUCKYGAS_<NAME>_URL`; a neighbour without one is the built-in."""
    found = {name: environment.get(f"LUCKYGAS_{name.upper()}_URL", "") for name in Neighbour}
    return {name: url.rstrip("/") for name, url in found.items() if url}


def trust_from(environment: Mapping[str, str]) -> Trust:
    """Whom the lines believe, and how this server proves itself to neighbours.

    By `LUCKYGAS_NEIGHBOURS_CA`, `_CERT` and `_KEY`. Plain HTTP to other machines only with
    `LUCKYGAS_NEIGHBOURS_PLAIN_HTTP=allowed`.
    """
    prefix = "LUCKYGAS_NEIGHBOURS"
    allows_plain_http = environment.get(f"{prefix}_PLAIN_HTTP", "") == "allowed"
    return Trust(files_from(environment, prefix), allows_plain_http=allows_plain_http)
