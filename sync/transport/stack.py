"""The transports stacked for the office.

Auth, retry, signature, breaker, metrics, deadline, cable, socket.
"""

from dataclasses import dataclass

import httpx

from app.transport.breaker import Breaker, BreakerTransport
from app.transport.clocks import SYSTEM_CLOCK, Clock
from app.transport.deadline import TOTAL_DEADLINE, DeadlineTransport
from app.transport.metrics import Metrics, MetricsTransport
from app.transport.network import NetworkTransport
from app.transport.retry import RetryTransport
from app.transport.signing import Signer, SigningTransport
from app.transport.trust import Trust
from sync.transport.auth import AuthTransport, Tokens
from sync.transport.cable import Cable, CableTransport


@dataclass(frozen=True, slots=True)
class OfficeStack:
    """One line to the office: the client, and the parts that others look at or push."""

    base_url: httpx.URL
    client: httpx.AsyncClient
    auth: AuthTransport
    tokens: Tokens
    breaker: Breaker
    metrics: Metrics
    cable: Cable
    trust: Trust
    signer: Signer | None


def build_stack(
    base_url: str,
    *,
    clock: Clock = SYSTEM_CLOCK,
    signer: Signer | None = None,
    trust: Trust | None = None,
    network: httpx.AsyncBaseTransport | None = None,
    deadline: float = TOTAL_DEADLINE,
) -> OfficeStack:
    """Everything between a gateway and the wire; `network` replaces the real one in tests.

    What changes something at the office is signed by the `signer`. Without `trust` the system's
    authorities are believed, and plain HTTP stays on this machine.
    """
    tokens, breaker, metrics, cable = Tokens(clock), Breaker(clock), Metrics(), Cable()
    trust = trust or Trust()
    wire = network or NetworkTransport(trust)
    whole = DeadlineTransport(CableTransport(wire, cable), deadline)
    measured = MetricsTransport(whole, metrics, clock)
    signing = SigningTransport(BreakerTransport(measured, breaker), lambda: signer, clock)
    retried = RetryTransport(signing, clock)
    auth = AuthTransport(retried, tokens, httpx.URL(base_url), clock)
    # Identity: Content-Digest is of the bytes on the wire, and nothing can swell on unpacking.
    headers = {"accept-encoding": "identity", "accept": "application/json"}
    client = httpx.AsyncClient(base_url=base_url, transport=auth, headers=headers, timeout=deadline)
    return OfficeStack(
        client.base_url, client, auth, tokens, breaker, metrics, cable, trust, signer
    )


def build_client(base_url: str, *, clock: Clock = SYSTEM_CLOCK) -> httpx.AsyncClient:
    """A client for the office where nobody needs to see the parts."""
    return build_stack(base_url, clock=clock).client
