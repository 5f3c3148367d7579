"""Is the office reachable? A pure judgement with hysteresis over what was seen.

One lost request does not turn the light red while the event socket lives; a pulled cable or a
failure without a socket does so at once. One answer turns it green again.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

FAILURES_TO_OFFLINE = 2


class Link(StrEnum):
    """What the status bar shows."""

    CONNECTING = "CONNECTING"
    ONLINE = "ONLINE"
    OFFLINE = "OFFLINE"


class Sign(StrEnum):
    """One observation about the line to the office."""

    ANSWERED = "answered"  # a request got a definite answer, or a frame arrived
    FAILED = "failed"  # a request got none
    SOCKET_UP = "socket up"
    SOCKET_DOWN = "socket down"
    CABLE_PULLED = "cable pulled"
    CABLE_PLUGGED = "cable plugged"


@dataclass(frozen=True, slots=True)
class LinkJudge:
    """The judgement so far; `after` gives the next one."""

    link: Link = Link.CONNECTING
    has_socket: bool = False
    has_cable: bool = True
    failures: int = 0

    def after(self, sign: Sign) -> "LinkJudge":
        """The judgement once `sign` was seen."""
        if not self.has_cable and sign is not Sign.CABLE_PLUGGED:
            return self
        return _AFTER[sign](self)

    def _answered(self) -> "LinkJudge":
        return replace(self, link=Link.ONLINE, failures=0)

    def _socket_up(self) -> "LinkJudge":
        return replace(self, link=Link.ONLINE, failures=0, has_socket=True)

    def _socket_down(self) -> "LinkJudge":
        # An attempt to connect that failed is no news, and offline stays offline.
        is_news = self.has_socket and self.link is not Link.OFFLINE
        return replace(self, link=Link.CONNECTING if is_news else self.link, has_socket=False)

    def _failed(self) -> "LinkJudge":
        failures = self.failures + 1
        gone = not self.has_socket or failures >= FAILURES_TO_OFFLINE
        return replace(self, failures=failures, link=Link.OFFLINE if gone else self.link)

    def _pulled(self) -> "LinkJudge":
        return LinkJudge(Link.OFFLINE, has_cable=False)

    def _plugged(self) -> "LinkJudge":
        return LinkJudge(Link.CONNECTING)


_AFTER: dict[Sign, Callable[[LinkJudge], LinkJudge]] = {
    Sign.ANSWERED: LinkJudge._answered,
    Sign.FAILED: LinkJudge._failed,
    Sign.SOCKET_UP: LinkJudge._socket_up,
    Sign.SOCKET_DOWN: LinkJudge._socket_down,
    Sign.CABLE_PULLED: LinkJudge._pulled,
    Sign.CABLE_PLUGGED: LinkJudge._plugged,
}
