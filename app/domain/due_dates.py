"""When an amount is due. See docs/rules/order-follow-through.md."""

import calendar
from datetime import date, timedelta

from app.domain.customers import PaymentTerms

_MONTHS = {PaymentTerms.NET30: 1, PaymentTerms.NET60: 2}


def due_date(terms: PaymentTerms, day: date) -> date:
    """The day by which what was delivered on `day` must be paid."""
    if terms is PaymentTerms.NET15:
        return day + timedelta(days=15)
    return _months_later(day, _MONTHS.get(terms, 0))


def _months_later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))
