"""Due dates count in days or whole months from the delivery."""

from datetime import date

import pytest

from app.domain.customers import PaymentTerms
from app.domain.due_dates import due_date


@pytest.mark.parametrize(
    ("terms", "day", "due"),
    [
        (PaymentTerms.CASH, date(2024, 1, 25), date(2024, 1, 25)),
        (PaymentTerms.NET15, date(2024, 1, 25), date(2024, 2, 9)),
        (PaymentTerms.NET30, date(2024, 1, 25), date(2024, 2, 25)),
        (PaymentTerms.NET30, date(2024, 1, 31), date(2024, 2, 29)),
        (PaymentTerms.NET60, date(2024, 12, 31), date(2025, 2, 28)),
        (PaymentTerms.NET60, date(2024, 11, 15), date(2025, 1, 15)),
    ],
)
def test_an_amount_is_due_by_its_terms(terms: PaymentTerms, day: date, due: date) -> None:
    assert due_date(terms, day) == due
