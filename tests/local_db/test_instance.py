import subprocess
import sys
from pathlib import Path

import pytest

from local_db.errors import AlreadyRunning
from local_db.instance import InstanceLock

ROOT = Path(__file__).parents[2]
HOLD = """
import sys
from pathlib import Path
from local_db.instance import InstanceLock
lock = InstanceLock(Path(sys.argv[1]))
lock.acquire()
print("held", flush=True)
sys.stdin.read()
"""


def test_a_second_process_learns_that_one_is_running(profile: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(profile)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "held\n"
        with pytest.raises(AlreadyRunning, match="already running"):
            InstanceLock(profile).acquire()
        first.kill()
        first.wait()
        lock = InstanceLock(profile)
        lock.acquire()
        lock.release()


def test_a_released_lock_may_be_taken_again(profile: Path) -> None:
    first, second = InstanceLock(profile), InstanceLock(profile)
    first.acquire()
    with pytest.raises(AlreadyRunning):
        second.acquire()
    first.release()
    first.release()
    second.acquire()
    second.release()


def test_two_profiles_do_not_disturb_each_other(tmp_path: Path) -> None:
    one, two = InstanceLock(tmp_path / "1"), InstanceLock(tmp_path / "2")
    one.acquire()
    two.acquire()
    assert one.channel != two.channel
    one.release()
    two.release()


def test_both_copies_of_one_profile_meet_on_one_channel(profile: Path) -> None:
    assert InstanceLock(profile).channel == InstanceLock(profile).channel
