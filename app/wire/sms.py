"""SMS gateway in the spec's own profile (spec, external system 1)."""

from app.wire.codec import Message


class SmsMessage(Message, frozen=True, kw_only=True):
    """`POST /send`: `to` is a mobile number in national digits."""

    to: str
    message: str
    sender: str
