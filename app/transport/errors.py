"""What can go wrong in a conversation with another machine, as a tree.

    SyncError
    ├── Unreachable            no definite answer: the same request may be repeated, same key
    │   ├── NoConnection           refused, reset, unplugged, no route
    │   ├── UnknownHost            the name does not resolve
    │   ├── UntrustedServer        the certificate is not the office's
    │   ├── UntrustedClient        our own certificate is refused, or its files can not be used
    │   ├── NotEncrypted           not asked: the address is another machine's, without TLS
    │   ├── TimedOut               slower than the total deadline
    │   ├── BrokenAnswer           truncated, altered, too large, not JSON (captive portal)
    │   ├── ServerFailed           5xx, 408, 425, 429
    │   ├── StillWorking           409: the first sending is still being worked on
    │   ├── BreakerOpen            not asked: it failed too often a moment ago
    │   ├── SignatureRefused       the server does not believe this register's signature
    │   └── SignedOut              nobody is signed in, or the session has ended
    └── Rejected               a definite no: a person must look
        ├── WrongPassword
        ├── RegisterRevoked        an administrator has shut this register out
        ├── NewKeyNotAllowed       the register was set up anew and may not bring another key
        ├── NotUnderstood          400, 413, 415, 422
        ├── NotAllowed             403
        ├── NotFound               404
        ├── UpgradeNeeded          426, or a snapshot of another schema
        ├── LaneGapFound           an earlier message of the lane is missing on the server
        ├── EpochChanged           the server was restored: bootstrap again
        └── SnapshotNeeded         too far behind: bootstrap again

Each class carries `code` (stable) and `advice`: what the person should do, in both languages.
"""

from typing import ClassVar, NamedTuple


class Advice(NamedTuple):
    """What the person should do: Traditional Chinese first, English second."""

    zh: str
    en: str


class SyncError(Exception):
    """Base of both branches; `detail` is for the log, `advice` for the person."""

    code: ClassVar[str] = "SYNC"
    advice: ClassVar[Advice] = Advice("請稍後再試。", "Try again later.")

    def __init__(self, detail: str = "") -> None:
        super().__init__(f"{self.code}: {detail}" if detail else self.code)
        self.detail = detail


class Unreachable(SyncError):
    """No definite answer. Nothing is lost: repeat later with the same key and the same bytes."""

    code = "UNREACHABLE"
    advice = Advice(
        "連不上公司主機，訂單會先存在本機並自動補傳。",
        "The office cannot be reached. Orders are kept here and sent by themselves.",
    )
    is_outage: ClassVar[bool] = False

    def __init__(self, detail: str = "", retry_after: float | None = None) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class NoConnection(Unreachable):
    """Refused, reset, unplugged or no route."""

    code = "NO_CONNECTION"
    advice = Advice(
        "連不上公司主機，請檢查網路線或 Wi-Fi；訂單會先存在本機並自動補傳。",
        "No connection to the office. Check the cable or Wi-Fi; orders are kept and sent later.",
    )
    is_outage = True


class UnknownHost(Unreachable):
    """The server's name does not resolve."""

    code = "UNKNOWN_HOST"
    advice = Advice(
        "找不到公司主機的名稱，請檢查網路，或到「設定」核對主機位址。",
        "The office's name is not found. Check the network, or the address in Settings.",
    )
    is_outage = True


class UntrustedServer(Unreachable):
    """The certificate is expired, of another host, or signed by nobody we know. Nothing is sent."""

    code = "UNTRUSTED_SERVER"
    advice = Advice(
        "公司主機的安全憑證無效，為安全起見不會傳送資料；請通知管理人員更新憑證。",
        "The office's certificate is not valid, so nothing is sent. Tell the administrator.",
    )
    is_outage = True


class UntrustedClient(Unreachable):
    """The other side refuses our certificate (missing, expired, revoked), or we can not use it."""

    code = "UNTRUSTED_CLIENT"
    advice = Advice(
        "公司主機不接受本機的安全憑證，為安全起見不會傳送資料；請通知管理人員更新本機憑證。",
        "The office refuses this machine's certificate: nothing is sent. Tell the administrator.",
    )
    is_outage = True


class NotEncrypted(Unreachable):
    """The address leads to another machine without TLS. Nothing is sent, not even a name."""

    code = "NOT_ENCRYPTED"
    advice = Advice(
        "公司主機位址不是 https，為安全起見不會傳送資料；請通知管理人員更正主機位址。",
        "The office's address is not https, so nothing is sent. Tell the administrator.",
    )
    is_outage = True


class TimedOut(Unreachable):
    """The whole answer did not arrive within the total deadline."""

    code = "TIMED_OUT"
    advice = Advice(
        "公司主機回應太慢，會自動再試。",
        "The office answers too slowly. It is tried again by itself.",
    )


class BrokenAnswer(Unreachable):
    """The answer is not what the server sent: truncated, altered, too large or not JSON."""

    code = "BROKEN_ANSWER"
    advice = Advice(
        "收到的資料不完整，可能是網路需要登入（例如飯店或商場 Wi-Fi）；會自動再試。",
        "The answer was damaged; the network may want a sign-in page. It is tried again.",
    )


class ServerFailed(Unreachable):
    """The server could not answer (5xx) or asks for patience (408, 425, 429)."""

    code = "SERVER_FAILED"
    advice = Advice(
        "公司主機暫時無法處理，會自動再試。",
        "The office has a problem at the moment. It is tried again by itself.",
    )

    def __init__(self, status: int, detail: str = "", retry_after: float | None = None) -> None:
        super().__init__(f"HTTP {status} {detail}".rstrip(), retry_after)
        self.status = status


class StillWorking(Unreachable):
    """The server is still working on the first sending of the same key."""

    code = "IN_PROGRESS"


class BreakerOpen(Unreachable):
    """Not asked at all: too many failures a moment ago. `retry_after` says when it will be."""

    code = "BREAKER_OPEN"
    is_outage = True


class SignedOut(Unreachable):
    """Nobody is signed in, or the session ended; orders keep queueing until someone signs in."""

    code = "SIGNED_OUT"
    advice = Advice(
        "登入已過期，請重新登入；訂單會先存在本機，登入後自動補傳。",
        "The session has ended. Sign in again; orders are kept and sent after that.",
    )
    is_outage = True


class SignatureRefused(Unreachable):
    """The server does not believe this register's signature; mended by signing in at it again."""

    code = "SIGNATURE_REFUSED"
    advice = Advice(
        "公司主機不認得這台電腦的簽章，請重新登入；若仍不行請通知管理人員。訂單會先存在本機。",
        "The office does not know this counter's signature. Sign in again, or tell the "
        "administrator; orders are kept here.",
    )
    is_outage = True


class Rejected(SyncError):
    """A definite no: repeating the same request can not help, a person must look."""

    code = "REJECTED"
    advice = Advice("公司主機拒絕了這個動作，請主管處理。", "The office refused. Ask a supervisor.")


class WrongPassword(Rejected):
    """Name and password do not belong together."""

    code = "WRONG_PASSWORD"
    advice = Advice("帳號或密碼不對，請再輸入一次。", "Wrong name or password. Type it again.")


class RegisterRevoked(Rejected):
    """An administrator has shut this register out."""

    code = "REGISTER_REVOKED"
    advice = Advice(
        "這台電腦已被管理人員停用，請與管理人員聯絡。",
        "An administrator has shut this counter out. Talk to the administrator.",
    )


class NewKeyNotAllowed(Rejected):
    """The office knows this register with another key."""

    code = "DEVICE_KEY"
    advice = Advice(
        "公司主機登記的是這台電腦的另一把金鑰，請管理人員允許更換。",
        "The office knows this counter with another key. The administrator must allow a new one.",
    )


class NotUnderstood(Rejected):
    """The server can not read the message (400, 413, 415, 422); the same bytes never will do."""

    code = "NOT_UNDERSTOOD"
    advice = Advice(
        "公司主機看不懂這筆資料，請到「需處理」查看並通知資訊人員。",
        "The office cannot read this message. See Needs attention and tell support.",
    )


class NotAllowed(Rejected):
    """The signed-in person may not do this (403)."""

    code = "NOT_ALLOWED"
    advice = Advice("您的帳號沒有這個權限，請主管處理。", "You may not do this. Ask a supervisor.")


class NotFound(Rejected):
    """The server does not know the thing that was asked for (404)."""

    code = "NOT_FOUND"
    advice = Advice("公司主機查無這筆資料。", "The office does not know this record.")


class UpgradeNeeded(Rejected):
    """This program is older than the server accepts (426); selling and queueing go on."""

    code = "UPGRADE_NEEDED"
    advice = Advice(
        "本程式版本太舊，請更新；接單不受影響，更新後自動補傳。",
        "This program is too old. Update it; orders are kept and sent after that.",
    )


class LaneGapFound(Rejected):
    """The server expects sequence number `expected` of the lane first (409)."""

    code = "LANE_GAP"

    def __init__(self, expected: int) -> None:
        super().__init__(f"expected {expected}")
        self.expected = expected


class EpochChanged(Rejected):
    """The server's history was replaced (409 EPOCH): the reference copy must be bootstrapped."""

    code = "EPOCH"


class SnapshotNeeded(Rejected):
    """The cursor is older than the feed goes back (410), or too far behind to page through."""

    code = "SNAPSHOT_NEEDED"
