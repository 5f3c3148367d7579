"""Telephone numbers of Taiwan: digits in, digits stored, readable out. See docs/rules/phones.md."""


def parse_phone(text: str) -> tuple[str, str] | None:
    """National digits (leading 0) and extension of whatever a person typed; None if no number."""
    raise NotImplementedError


def format_phone(digits: str) -> str:
    """Digits as people write them: 0912-345-678, 02-2720-8889, 0800-000-321."""
    raise NotImplementedError
