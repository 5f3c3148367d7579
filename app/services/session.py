"""Who works at this counter: sign-in with the office, or from memory when it is out of reach."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a person may do."""

    CLERK = "clerk"
    DISPATCHER = "dispatcher"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The person at the counter; `offline` when the office could not confirm the password."""

    username: str
    display_name: str
    role: Role
    offline: bool


class SignInRefused(Exception):
    """Wrong name or password."""


class OfficeOutOfReach(Exception):
    """The office does not answer and this person has never signed in at this counter.

    The text of the exception says what to do.
    """


class SessionDesk:
    """Signs people in and out at this counter."""

    current: SignedIn | None
    shop_name: str
    register: int | None

    async def sign_in(self, username: str, password: str) -> SignedIn:
        """Sign in with the office; from memory when it is out of reach.

        Raises `SignInRefused` or `OfficeOutOfReach`.
        """
        raise NotImplementedError

    def sign_out(self) -> None:
        """Forget the person and their tokens; queued orders stay."""
        raise NotImplementedError
