"""Amounts in the capital numerals of cheques and invoices: 新臺幣壹仟柒佰捌拾伍元整."""

from decimal import Decimal

_DIGITS = "零壹貳參肆伍陸柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "萬", "億", "兆")


def capital_amount(amount: Decimal) -> str:
    """The words for whole 元 from 0 up to 16 digits; `ValueError` for anything else."""
    if amount != int(amount) or not 0 <= amount < 10**16:
        raise ValueError(f"no capital numerals for {amount}")
    return f"新臺幣{_words(int(amount))}元整"


def _words(number: int) -> str:
    groups = _groups_of_four(number)
    spoken: list[str] = []
    for position in reversed(range(len(groups))):
        group = groups[position]
        if not group:
            continue
        # A zero stands for whatever is skipped between two groups: 壹萬零伍.
        skipped = spoken and (group < 1000 or not groups[position + 1])
        spoken.append(("零" if skipped else "") + _group(group) + _GROUPS[position])
    return "".join(spoken) or _DIGITS[0]


def _group(number: int) -> str:
    words = ""
    for place in (3, 2, 1, 0):
        digit = number // 10**place % 10
        if digit:
            words += _DIGITS[digit] + _PLACES[place]
        elif words and number % 10**place and not words.endswith("零"):
            words += "零"
    return words


def _groups_of_four(number: int) -> list[int]:
    groups = []
    while number:
        number, group = divmod(number, 10000)
        groups.append(group)
    return groups
