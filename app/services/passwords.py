"""Passwords that let a known person in while the office is out of reach (argon2id)."""


def hash_password(password: str) -> str:
    """The salted hash to keep; some 50 ms of work, so not on the window's thread."""
    # imported late: argon2 is not needed to show the window
    from argon2 import PasswordHasher

    return PasswordHasher().hash(password)


def is_password(hashed: str, password: str) -> bool:
    """Whether `password` is the one behind the hash; as slow as hashing."""
    from argon2 import PasswordHasher
    from argon2.exceptions import VerifyMismatchError

    try:
        return PasswordHasher().verify(hashed, password)
    except VerifyMismatchError:
        return False
