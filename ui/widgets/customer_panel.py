"""The caller's card: who it is, how the account stands, and what they usually do."""

from decimal import Decimal

from PySide6.QtWidgets import QFrame, QWidget

from app.domain.customers import Customer
from app.domain.phones import format_phone
from app.services.customers import CreditView, CustomerCard, Standing
from ui import figures, words
from ui.layouts import column, row
from ui.tone import Tone, mark
from ui.widgets.credit_gauge import CreditGauge
from ui.widgets.facts import Fact, Facts
from ui.widgets.icon import Icon
from ui.widgets.money import MoneyLabel
from ui.widgets.pill import Pill
from ui.widgets.scrolling import scrolling
from ui.widgets.spoken import Spoken
from ui.widgets.text import Role, Text

_LATE_SHARE = Decimal("0.7")


def hairline() -> QFrame:
    """One line between two groups."""
    line = QFrame()
    line.setObjectName("hairline")
    return line


class CustomerPanel(Spoken):
    """Colour and word of the account come first: they are known before the first question."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._card: CustomerCard | None = None
        self._order = Decimal(0)
        self._kind_icon = Icon("house", 1.2)
        self._kind = Text("", Role.MUTED)
        self._name = Text("", Role.TITLE).wrapped()
        self._nickname = Text("", Role.MUTED).wrapped()
        self.standing = Pill()
        mark(self.standing, large=True, loud=True)
        self._reason = Text("", Role.BODY).wrapped()
        self._reason.set_tone(Tone.DANGER)
        self._phones = Facts()
        self._credit = QWidget()
        self._available_name = Text("", Role.HEADING)
        self.available = MoneyLabel(Role.TITLE)
        self.gauge = CreditGauge()
        self._limits = Text("", Role.CAPTION).wrapped()
        self._age = Text("", Role.CAPTION)
        self._habits = Facts()
        self._note = Text("", Role.BODY).wrapped()
        self._build()

    def set_card(self, card: CustomerCard, order: Decimal = Decimal(0)) -> None:
        """Show a customer; `order` is what the open order would take from the account."""
        self._card, self._order = card, order
        self._render(card)

    def retranslate(self) -> None:
        """Write the words again."""
        if self._card is not None:
            self._render(self._card)

    def _build(self) -> None:
        figures_row = row(self._available_name, 1, self.available)
        self._credit.setLayout(
            column(figures_row, self.gauge, row(self._limits, 1, self._age), gap=0.5)
        )
        head = column(
            row(self._kind_icon, self._kind, 1, gap=0.75),
            self._name,
            self._nickname,
            row(self.standing, 1),
            self._reason,
            gap=0.75,
        )
        body = QWidget()
        body.setLayout(
            column(
                head,
                self._credit,
                hairline(),
                self._phones,
                hairline(),
                self._habits,
                self._note,
                1,
                gap=1.5,
                inset=(2, 2),
            )
        )
        self.setLayout(column(scrolling(body), gap=0))

    def _render(self, card: CustomerCard) -> None:
        customer = card.customer
        self._kind_icon.set_icon(words.customer_icon(customer.customer_type))
        self._kind.setText(f"{words.customer_type(customer.customer_type)}　{customer.customer_id}")
        self._name.setText(customer.name)
        self._nickname.setText(customer.nickname)
        self._nickname.setVisible(bool(customer.nickname))
        self.standing.say(*words.standing(card.credit.standing))
        self._reason.setText(card.credit.hold_reason)
        self._reason.setVisible(bool(card.credit.hold_reason))
        self._phones.set_facts(_phones(customer))
        self._render_credit(card.credit)
        self._habits.set_facts(self._habit_facts(card))
        self._note.setText(customer.note)
        self._note.setVisible(bool(customer.note))

    def _render_credit(self, credit: CreditView) -> None:
        account = credit.standing is not Standing.CASH_ONLY and credit.limit > 0
        self._credit.setVisible(account)
        if not account:
            return
        left = credit.available - self._order
        tone = words.standing(credit.standing)[1]
        if left < 0:
            tone = Tone.DANGER
        self._available_name.setText(
            self.tr("Left after this order") if self._order else self.tr("Credit left")
        )
        self.available.set_amount(left)
        self.available.set_tone(Tone.NEUTRAL if tone is Tone.OK else tone)
        self.gauge.set_figures(credit.limit, credit.used, credit.unsent, self._order, tone)
        said = self.tr("limit {limit}, used {used}").format(
            limit=figures.amount(credit.limit), used=figures.amount(credit.used)
        )
        if credit.unsent:
            said += self.tr(", not sent {unsent}").format(unsent=figures.amount(credit.unsent))
        self._limits.setText(said)
        age = credit.age
        self._age.setText("" if age is None else self.tr("{age} ago").format(age=figures.age(age)))

    def _habit_facts(self, card: CustomerCard) -> list[Fact]:
        facts = [
            Fact(self.tr("Last order"), self._last(card), self._lateness(card)),
            Fact(self.tr("Usual interval"), self._days(card.usual_interval_days)),
            Fact(self.tr("Orders"), figures.amount(Decimal(card.orders_count))),
            Fact(self.tr("Terms"), words.terms(card.customer.payment_terms)),
        ]
        if card.credit.overdue_amount:
            overdue = self.tr("{amount}, {days} days").format(
                amount=figures.amount(card.credit.overdue_amount), days=card.credit.days_overdue
            )
            facts.insert(0, Fact(self.tr("Overdue"), overdue, Tone.DANGER))
        if card.customer.tax_id:
            valid = card.customer.has_valid_tax_id
            said = card.customer.tax_id + ("" if valid else self.tr(" (not valid)"))
            facts.append(Fact(self.tr("Tax ID"), said, Tone.NEUTRAL if valid else Tone.DANGER))
        return facts

    def _last(self, card: CustomerCard) -> str:
        days = card.days_since_last_order
        if days is None:
            return self.tr("none yet")
        return self.tr("today") if days == 0 else self.tr("{days} days ago").format(days=days)

    def _days(self, days: int | None) -> str:
        return "—" if days is None else self.tr("{days} days").format(days=days)

    def _lateness(self, card: CustomerCard) -> Tone:
        """Accent when most of the usual interval has passed: they probably ring to order."""
        passed, usual = card.days_since_last_order, card.usual_interval_days
        due = passed is not None and usual is not None and passed >= usual * _LATE_SHARE
        return Tone.ACCENT if due else Tone.NEUTRAL


def _phones(customer: Customer) -> list[Fact]:
    return [
        Fact(p.label or "☎", format_phone(p.digits) + (f" #{p.extension}" if p.extension else ""))
        for p in customer.phones
    ]
