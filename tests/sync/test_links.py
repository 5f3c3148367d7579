import pytest

from sync.links import Link, LinkJudge, Sign

UP, DOWN, OK, BAD = Sign.SOCKET_UP, Sign.SOCKET_DOWN, Sign.ANSWERED, Sign.FAILED
OUT, IN = Sign.CABLE_PULLED, Sign.CABLE_PLUGGED


@pytest.mark.parametrize(
    ("signs", "link"),
    [
        ([], Link.CONNECTING),
        ([OK], Link.ONLINE),
        ([BAD], Link.OFFLINE),
        ([UP], Link.ONLINE),
        ([UP, BAD], Link.ONLINE),  # one lost request is no outage while the socket lives
        ([UP, BAD, BAD], Link.OFFLINE),
        ([UP, BAD, OK, BAD], Link.ONLINE),
        ([UP, DOWN], Link.CONNECTING),
        ([UP, DOWN, BAD], Link.OFFLINE),
        ([BAD, DOWN], Link.OFFLINE),  # a failed attempt to connect is no news
        ([BAD, OK], Link.ONLINE),
        ([UP, OUT], Link.OFFLINE),
        ([UP, OUT, OK], Link.OFFLINE),  # an answer that was still on its way
        ([UP, OUT, DOWN, BAD, IN], Link.CONNECTING),
        ([UP, OUT, IN, UP], Link.ONLINE),
    ],
)
def test_the_light_follows_what_was_seen(signs: list[Sign], link: Link) -> None:
    judge = LinkJudge()
    for sign in signs:
        judge = judge.after(sign)
    assert judge.link is link
