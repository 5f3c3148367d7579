"""Disks that are full or read-only, keys that are damaged: nothing is lost, and it is said."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.composition import Counter, build_counter
from app.services.orders import NotSaved
from local_db.errors import KeyUnavailable, StorageReadOnly
from local_db.keys import KEY_FILE, database_key
from tests.e2e.counters import (
    at_work,
    delivered,
    draft,
    drafts,
    open_for_business,
    place,
    saved_orders,
    settings_for,
    states,
)
from tests.e2e.office import RealOffice
from tests.e2e.test_window import window

BLOCK = 4096
may_mount = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root may mount a small disk"
)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 12 MB."""
    folder = tmp_path / "small"
    folder.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", str(folder)],
        capture_output=True,
        check=False,
    )
    if done.returncode != 0:
        pytest.skip("this machine lets nobody mount a small disk")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(folder: Path) -> Path:
    """Take the last byte of the disk; the file to be deleted when there shall be space again."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (1024 * 1024, BLOCK, 1):
            try:
                while True:
                    file.write(b"x" * size)
            except OSError:
                continue
    return filler


async def refused_sale(counter: Counter) -> str:
    """Sell something; why that was refused, or nothing."""
    try:
        await place(counter, draft(counter))
    except NotSaved as reason:
        return str(reason)
    return ""


@may_mount
async def test_a_full_disk_refuses_orders_keeps_the_draft_and_harms_no_file(
    office: RealOffice, small_disk: Path
) -> None:
    profile = small_disk / "counter"
    async with open_for_business(profile, office.url) as counter:
        first = await place(counter, draft(counter))
        await delivered(counter)
        filler = fill(small_disk)
        said = ""
        while not said:  # what the file has room for is still saved
            said = await refused_sale(counter)
        assert "Free some space" in said
        kept = len(saved_orders(counter))
        assert await refused_sale(counter) == said
        filler.unlink()
        order = counter.desks.orders.resume() or draft(counter)
        last = await place(counter, order)
        await delivered(counter, 60)
        assert len(saved_orders(counter)) == kept + 1
    async with at_work(profile, office.url) as counter:
        numbers = [number for _, number in saved_orders(counter)]
        assert len(set(numbers)) == len(numbers)
        assert drafts(counter) == 0
    assert len(await office.orders(first.order_uid, last.order_uid)) == 2


def names_in(folder: Path) -> set[str]:
    return {file.name for file in folder.rglob("*") if file.is_file()}


def remove_copy(profile: Path) -> None:
    for file in profile.glob("ref-*"):
        file.unlink()


@may_mount
async def test_a_full_documents_folder_leaves_the_order_saved_and_says_what_is_wrong(
    office: RealOffice, small_disk: Path, tmp_path: Path
) -> None:
    profile = tmp_path / "counter"
    profile.mkdir()
    (profile / "documents").symlink_to(small_disk, target_is_directory=True)
    async with open_for_business(profile, office.url) as counter:
        filler = fill(small_disk)
        placed = await place(counter, draft(counter))
        printed = await counter.desks.documents.print_order(placed.order_uid)
        assert printed.problem
        assert printed.files == ()
        assert names_in(small_disk) == {"filler"}
        await delivered(counter)
        filler.unlink()
        again = await counter.desks.documents.print_order(placed.order_uid)
        assert (again.problem, len(again.files)) == ("", 4)
    assert len(await office.orders(placed.order_uid)) == 1


@may_mount
def test_a_read_only_profile_is_refused_in_plain_words(
    office: RealOffice, small_disk: Path
) -> None:
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    with pytest.raises(StorageReadOnly):
        build_counter(settings_for(small_disk / "counter", office.url))
    with window("refused", small_disk / "counter", office) as counter:
        assert "read-only" in counter.hear()
        assert counter.exit_code() == 1


async def test_a_damaged_key_file_is_refused_and_nothing_is_overwritten(
    office: RealOffice, prepared: Path
) -> None:
    marker = prepared / KEY_FILE
    sound = marker.read_bytes()
    for damage in (b"", sound[:-7], b"[]", b'{"kept_in": "file"}'):
        marker.write_bytes(damage)
        with pytest.raises(KeyUnavailable):
            build_counter(settings_for(prepared, office.url))
        assert marker.read_bytes() == damage
    marker.write_bytes(sound)
    async with at_work(prepared, office.url) as counter:
        assert counter.database.has_reference


def test_a_machine_without_a_key_store_keeps_the_key_in_a_file_of_its_user(tmp_path: Path) -> None:
    assert database_key(tmp_path).kept_in == "file"
    assert (tmp_path / KEY_FILE).stat().st_mode & 0o077 == 0


async def test_a_copy_that_was_deleted_is_fetched_again_while_the_queue_is_kept(
    office: RealOffice, prepared: Path
) -> None:
    async with at_work(prepared, office.url) as counter:
        await counter.desks.session.sign_in("demo", "demo")
        counter.desks.office.unplug(unplugged=True)
        placed = await place(counter, draft(counter))
    remove_copy(prepared)
    async with open_for_business(prepared, office.url) as counter:
        assert len(states(counter)) == 1
        await delivered(counter)
    assert len(await office.orders(placed.order_uid)) == 1
