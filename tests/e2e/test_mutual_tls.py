"""The whole way over mutual TLS: an order arrives, and what happens when a certificate is bad."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.composition import Counter
from app.config import BUNDLE
from app.demo.waiting import until
from server.security.authority import AuthorityFolder
from tests.conftest import Databases
from tests.e2e.counters import delivered, draft, open_for_business, place, saved_orders
from tests.e2e.office import RealOffice
from tests.tls_echo import authority_in, server_file


@dataclass
class SecureOffice:
    """An office that wants certificates of its own authority, whose clock a test may turn."""

    office: RealOffice
    authority: AuthorityFolder
    cert_file: Path
    clock: list[datetime]

    def admit(self, profile: Path) -> Path:
        """Give the register its file; where it lies."""
        profile.mkdir(exist_ok=True)
        issued = self.authority.issue_client("register-07")
        return Path(shutil.copy(issued, profile / BUNDLE))


@pytest.fixture(scope="module")
def secure(
    databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SecureOffice]:
    clock = [datetime.now(UTC)]
    authority = authority_in(tmp_path_factory.mktemp("ca") / "ca", now=lambda: clock[0])
    cert_file = server_file(authority)
    tls = ("--tls-cert", str(cert_file), "--client-ca", str(authority.certificate_file))
    office = RealOffice(databases.sample(), tmp_path_factory.mktemp("office"), tls)
    office.start()
    yield SecureOffice(office, authority, cert_file, clock)
    office.stop()


async def test_an_order_arrives_over_mutual_tls_until_the_register_is_revoked(
    secure: SecureOffice, tmp_path: Path
) -> None:
    profile = tmp_path / "counter"
    bundle = secure.admit(profile)
    async with open_for_business(profile, secure.office.url) as counter:
        await place(counter, draft(counter))
        await delivered(counter)
        assert await at_office(secure, counter) == 1
        bundle.unlink()
        secure.authority.revoke("register-07")
        await until(lambda: problem(counter) == "UNTRUSTED_CLIENT", "the refusal")
        await place(counter, draft(counter))
        assert await at_office(secure, counter) == 1
        secure.admit(profile)
        counter.engine.wake()
        await delivered(counter, 90)
        assert await at_office(secure, counter) == 2
        assert problem(counter) == ""
    secure.authority.revoke("register-07")


async def test_an_expired_office_gets_nothing_until_it_is_renewed(
    secure: SecureOffice, tmp_path: Path
) -> None:
    profile = tmp_path / "counter"
    secure.admit(profile)
    whole = secure.cert_file.read_bytes()
    async with open_for_business(profile, secure.office.url) as counter:
        secure.office.stop()
        secure.clock[0] -= timedelta(days=500)
        secure.authority.renew("127.0.0.1")
        secure.clock[0] += timedelta(days=500)
        secure.office.start()
        await until(lambda: problem(counter) == "UNTRUSTED_SERVER", "the distrust")
        await place(counter, draft(counter))
        assert await at_office(secure, counter) == 0
        secure.cert_file.write_bytes(whole)
        counter.engine.wake()
        await delivered(counter, 90)
        assert await at_office(secure, counter) == 1
    secure.authority.revoke("register-07")


def problem(counter: Counter) -> str:
    found = counter.state.last_error
    return "" if found is None else found.code


async def at_office(secure: SecureOffice, counter: Counter) -> int:
    """How many of the counter's orders the office has."""
    return len(await secure.office.orders(*(uid for uid, _ in saved_orders(counter))))
