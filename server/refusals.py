"""Definite answers other than success; the HTTP layer gives each its status and a `Problem`."""


class Refusal(Exception):
    """`code` is stable and for programs, the text is for people and says what to do."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class NotSignedIn(Refusal):
    """HTTP 401."""


class NotAllowed(Refusal):
    """HTTP 403."""


class NotFound(Refusal):
    """HTTP 404."""


class Conflict(Refusal):
    """HTTP 409."""


class Gone(Refusal):
    """HTTP 410."""


class TooLarge(Refusal):
    """HTTP 413."""


class Malformed(Refusal):
    """HTTP 422."""


class TooMany(Refusal):
    """HTTP 429; worth trying again after `retry_after` seconds."""

    def __init__(self, code: str, message: str, *, retry_after: int) -> None:
        super().__init__(code, message)
        self.retry_after = retry_after
