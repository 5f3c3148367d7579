"""Numbers, dates and ages as the counter writes them; the language follows the window."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from PySide6.QtCore import QCoreApplication

from app.domain.hours import TAIPEI


def amount(value: Decimal) -> str:
    """Whole 元 with thousands grouped: 1,785."""
    return f"{value:,.0f}"


def signed(value: Decimal) -> str:
    """A difference in whole 元 with its sign: +21, -1,020."""
    return f"{value:+,.0f}"


def price(value: Decimal) -> str:
    """A unit price: 820, or 820.50 when it has cents."""
    return f"{value:,.0f}" if value == value.to_integral_value() else f"{value:,.2f}"


def clock_time(moment: datetime) -> str:
    """Hours and minutes in Taipei: 14:05."""
    return moment.astimezone(TAIPEI).strftime("%H:%M")


def weekday(day: date) -> str:
    """The day of the week in its shortest form."""
    names = (
        QCoreApplication.translate("figures", "Mon"),
        QCoreApplication.translate("figures", "Tue"),
        QCoreApplication.translate("figures", "Wed"),
        QCoreApplication.translate("figures", "Thu"),
        QCoreApplication.translate("figures", "Fri"),
        QCoreApplication.translate("figures", "Sat"),
        QCoreApplication.translate("figures", "Sun"),
    )
    return names[day.weekday()]


def short_date(day: date) -> str:
    """Month and day: 07/02."""
    return f"{day:%m/%d}"


def age(span: timedelta) -> str:
    """How long ago, in the largest fitting unit."""
    seconds = max(0, int(span.total_seconds()))
    if seconds < 60:
        return QCoreApplication.translate("figures", "{n} s").format(n=seconds)
    if seconds < 3600:
        return QCoreApplication.translate("figures", "{n} min").format(n=int(seconds / 60))
    if seconds < 86400:
        return QCoreApplication.translate("figures", "{n} h").format(n=int(seconds / 3600))
    return QCoreApplication.translate("figures", "{n} d").format(n=int(seconds / 86400))


def rate(per_second: float) -> str:
    """Rows per second, grouped."""
    return f"{per_second:,.0f}"
