"""The codes of an invoice, against the published examples."""

from server.invoice_operations.codes import cipher_of, draw_random_code
from tests.server.invoice_operations.conftest import KEY


def test_the_cipher_is_that_of_the_published_example() -> None:
    key = bytes.fromhex(KEY)
    assert cipher_of(key, "XF00001234", "9876") == "CamotDNRUN8bVyY5S1BhFQ=="


def test_random_codes_are_four_digits_and_drawn_anew() -> None:
    drawn = {draw_random_code() for _ in range(200)}
    assert all(len(code) == 4 and code.isdigit() for code in drawn)
    assert len(drawn) > 100
