from dataclasses import replace
from datetime import UTC, datetime

from app.wire.events import Envelope, EventName
from app.wire.registers import Change, Entity
from local_db.cursors import Cursor
from sync.tracks import Doing, Track, at_head

NOW = datetime(2026, 7, 1, tzinfo=UTC)
CURSOR = Cursor(7, 10, NOW)


def envelope(pos: int, *, tx_last: bool = True, epoch: int = 7) -> Envelope:
    change = Change(pos=pos, tx_last=tx_last, e=Entity.CREDIT, id="C1", op="U", v=pos)
    return Envelope(
        epoch=epoch,
        pos=pos,
        tx_last=tx_last,
        id=str(pos),
        event=EventName.CREDIT_CHANGED,
        occurred_at=NOW,
        data={},
        change=change,
    )


def test_the_next_position_is_applied() -> None:
    track, doing = Track().after(envelope(11), CURSOR)
    assert doing is Doing.APPLY
    assert [change.pos for change in track.buffer] == [11]


def test_a_transaction_is_applied_whole() -> None:
    track, doing = Track().after(envelope(11, tx_last=False), CURSOR)
    assert doing is Doing.NOTHING
    track, doing = track.after(envelope(12), CURSOR)
    assert doing is Doing.APPLY
    assert [change.pos for change in track.buffer] == [11, 12]


def test_what_is_known_is_ignored() -> None:
    for pos in (1, 10):
        assert Track().after(envelope(pos), CURSOR) == (Track(), Doing.NOTHING)


def test_a_repeated_part_of_a_transaction_is_ignored() -> None:
    track, _ = Track().after(envelope(11, tx_last=False), CURSOR)
    assert track.after(envelope(11, tx_last=False), CURSOR) == (track, Doing.NOTHING)


def test_a_gap_pulls() -> None:
    assert Track().after(envelope(12), CURSOR) == (Track(), Doing.PULL)


def test_a_gap_inside_a_transaction_pulls() -> None:
    track, _ = Track().after(envelope(11, tx_last=False), CURSOR)
    assert track.after(envelope(13), CURSOR) == (Track(), Doing.PULL)


def test_another_history_pulls() -> None:
    assert Track().after(envelope(11, epoch=8), CURSOR)[1] is Doing.PULL
    assert Track().after(envelope(11), None)[1] is Doing.PULL


def test_a_pull_in_between_makes_the_buffer_old() -> None:
    track, _ = Track().after(envelope(11, tx_last=False), CURSOR)
    track, doing = track.after(envelope(13), replace(CURSOR, pos=12))
    assert doing is Doing.APPLY
    assert [change.pos for change in track.buffer] == [13]


def test_a_beacon_finds_a_lost_tail() -> None:
    assert at_head(7, 10, CURSOR) is Doing.NOTHING
    assert at_head(7, 10, replace(CURSOR, pos=9)) is Doing.PULL
    assert at_head(7, 10, replace(CURSOR, epoch=6)) is Doing.PULL
    assert at_head(7, 10, None) is Doing.PULL
