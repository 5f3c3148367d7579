"""How search text is folded and cut; used when rows are written and when a clerk types.

See docs/rules/search.md. Both sides of the search index call these, so they can not disagree.
"""


def fold(text: str) -> str:
    """NFKC, lower case, variant characters and 臺/台 folded, spaces removed."""
    raise NotImplementedError


def name_grams(name: str) -> str:
    """Space-separated 1- and 2-grams of a name, each prefixed so that it is one index token."""
    raise NotImplementedError


def address_grams(address: str) -> str:
    """Space-separated 2-grams of a normalised address."""
    raise NotImplementedError


def digit_grams(digits: str) -> str:
    """Space-separated 3-grams of a digit string."""
    raise NotImplementedError


def zhuyin_initials(name: str) -> str:
    """First Zhuyin symbol of each character, surnames read as surnames: 王大明 -> ㄨㄉㄇ."""
    raise NotImplementedError
