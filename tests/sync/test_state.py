from datetime import UTC, datetime, timedelta

from app.transport.errors import BreakerOpen, EpochChanged, NoConnection, UntrustedServer
from sync.state import BootstrapPhase, BootstrapProgress, Link, Sign, SyncState

NOW = datetime(2026, 7, 1, tzinfo=UTC)


def test_listeners_hear_changes_and_only_changes() -> None:
    state, heard = SyncState(), 0

    def listener() -> None:
        nonlocal heard
        heard += 1

    stop = state.listen(listener)
    state.saw(Sign.ANSWERED, NOW)
    state.saw(Sign.ANSWERED, NOW)
    state.progressed(BootstrapProgress(BootstrapPhase.ASKING))
    state.progressed(BootstrapProgress(BootstrapPhase.ASKING))
    state.needs_sign_in(needed=True)
    state.needs_sign_in(needed=True)
    assert heard == 3
    stop()
    state.saw(Sign.CABLE_PULLED, NOW)
    assert heard == 3
    assert state.link is Link.OFFLINE
    assert state.last_contact_at == NOW


def test_a_pause_does_not_hide_its_cause() -> None:
    state = SyncState()
    state.failed(BreakerOpen())
    assert isinstance(state.last_error, BreakerOpen)
    state.failed(UntrustedServer("expired"))
    state.failed(BreakerOpen())
    assert isinstance(state.last_error, UntrustedServer)


def test_contact_clears_an_outage_but_not_a_refusal() -> None:
    state = SyncState()
    state.failed(NoConnection("x"))
    state.saw(Sign.ANSWERED, NOW)
    assert state.last_error is None
    state.failed(EpochChanged("x"))
    state.saw(Sign.ANSWERED, NOW)
    assert isinstance(state.last_error, EpochChanged)


def test_the_clock_offset_is_of_the_quickest_exchange() -> None:
    state = SyncState()
    state.sampled(NOW + timedelta(seconds=9), NOW, round_trip=8.0)
    state.sampled(NOW + timedelta(seconds=3), NOW, round_trip=0.2)
    assert state.clock_offset == timedelta(seconds=3.1)
    assert not state.is_clock_suspect
    for _ in range(16):
        state.sampled(NOW + timedelta(seconds=500), NOW, round_trip=0.5)
    assert state.is_clock_suspect
