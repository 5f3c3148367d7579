from uuid import UUID

import pytest

from app.transport.errors import (
    BreakerOpen,
    BrokenAnswer,
    LaneGapFound,
    NoConnection,
    NotAllowed,
    NotFound,
    NotUnderstood,
    ServerFailed,
    SignedOut,
    StillWorking,
    SyncError,
    TimedOut,
    UpgradeNeeded,
)
from app.wire.orders import UploadAnswer, UploadStatus
from sync.deliveries import Delivered, Pace, Poisoned, Postponed, Rewound, judge

ANSWER = UploadAnswer(status=UploadStatus.HELD, msg_id=UUID(int=1), server_pos=4)


def test_a_definite_answer_is_kept() -> None:
    assert judge(ANSWER, 0, 0.5) == Delivered(ANSWER)


@pytest.mark.parametrize(
    "error",
    [
        NoConnection("x"),
        TimedOut("x"),
        BrokenAnswer("x"),
        ServerFailed(500),
        SignedOut("x"),
        NotFound("x"),
        NotAllowed("x"),
        UpgradeNeeded("x"),
    ],
)
def test_without_a_definite_answer_the_same_bytes_are_sent_later(error: SyncError) -> None:
    assert judge(error, 0, 0.5) == Postponed(str(error), 2.5)
    assert judge(error, 3, 0.5) == Postponed(str(error), 20.0)
    assert judge(error, 50, 1.0) == Postponed(str(error), 300.0)


def test_the_server_may_name_the_pause() -> None:
    assert judge(ServerFailed(503, retry_after=77), 0, 0.5) == Postponed(
        "SERVER_FAILED: HTTP 503", 77
    )
    assert judge(StillWorking("x", retry_after=1), 0, 0.5) == Postponed("IN_PROGRESS: x", 1)


def test_only_what_the_server_can_not_read_is_poison() -> None:
    assert judge(NotUnderstood("HTTP 422"), 0, 0.5) == Poisoned("NOT_UNDERSTOOD: HTTP 422")


def test_a_gap_sends_the_lane_again() -> None:
    assert judge(LaneGapFound(3), 0, 0.5) == Rewound(3)


def test_an_outage_stops_all_lanes_and_then_one_message_probes() -> None:
    pace = Pace().after(NoConnection("x"), 100.0, 1.0)
    assert pace.lanes(104.9, 4) == 0
    assert pace.lanes(105.0, 4) == 1
    for expected in (1, 1, 4):
        pace = pace.after(ANSWER, 105.0, 0.5)
        assert pace.lanes(105.0, 4) == expected


def test_lanes_that_meet_the_same_outage_count_as_one() -> None:
    pace = Pace().after(NoConnection("x"), 100.0, 1.0)
    assert pace.after(NoConnection("x"), 100.1, 1.0) == pace


def test_a_message_of_its_own_trouble_does_not_slow_the_others() -> None:
    assert Pace().after(ServerFailed(500), 100.0, 1.0).lanes(100.0, 4) == 4


def test_an_open_breaker_names_the_pause() -> None:
    assert Pace().after(BreakerOpen("x", retry_after=42), 100.0, 0.0).not_before == 142.0
