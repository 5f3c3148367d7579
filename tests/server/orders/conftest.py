"""What orders lead to is tried twice: with our own neighbours, and with those of another server.

All other tests run with a second server when LUCKYGAS_TEST_NEIGHBOURS=remote is set.
"""

import pytest


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run every test of what follows from an order once with remote neighbours as well."""
    is_meant = metafunc.module.__name__.endswith("test_follow_through")
    if is_meant and "neighbours" in metafunc.fixturenames:
        metafunc.parametrize("neighbours", ["built-in", "remote"], indirect=True)
