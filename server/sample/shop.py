"""The sample shop: customers, accounts and orders of a gas distributor in Taipei.

Everything follows from (count, seed, today): the same arguments give the same shop everywhere.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from msgspec.structs import replace

from app.domain.customers import CustomerStatus
from app.wire.codec import decode
from app.wire.customers import CreditFigures, CustomerBody, CustomerStatistics
from app.wire.orders import OrderBody
from app.wire.to_domain import shop_parameters
from server.sample.accounts import figures, midnight
from server.sample.catalogue import SampleCatalogue, catalogue
from server.sample.draw import Draw
from server.sample.history import History, Shop, open_on_account, statistics
from server.sample.people import Population, Profile
from server.sample.schedule import OpenDays, Plan, plan
from server.sample.words import Trade, text_of, words

__all__ = ["SampleCatalogue", "SampleCustomer", "catalogue", "generate"]

SAMPLE_SEED = 20240125
_KNOWN_TRADES = ("snack_bar", "factory")
_INACTIVE_EVERY = 250


@dataclass(frozen=True, slots=True)
class SampleCustomer:
    """One customer with account, sums, and past orders oldest first.

    `statistics` is None for a customer that has no completed order.
    """

    body: CustomerBody
    credit: CreditFigures
    statistics: CustomerStatistics | None
    orders: tuple[OrderBody, ...]


def generate(count: int, seed: int, today: date) -> Iterator[SampleCustomer]:
    """`count` customers; the spec's C000123 王大明 comes first, then C000124 大同.

    Orders are dated up to yesterday; what was ordered yesterday is still to be delivered.
    """
    parameters = catalogue(today).parameters
    open_days = OpenDays(today, shop_parameters(parameters))
    known = _known_customers(today)
    spec_order = decode(OrderBody, text_of("known_order.json"))
    cast = _cast(count, Draw(seed), known)
    plans = plan(cast, Draw(seed + 1), open_days, frozenset({spec_order.order_id}))
    maker = _Maker(_shop(today, open_days), Draw(seed + 2))
    for its_plan, body in zip(plans, known, strict=False):
        yield maker.known(its_plan, body, spec_order)
    yield from (maker.drawn(p) for p in plans[len(known) :])


class _Maker:
    """Puts profile, orders, account and sums of one customer together."""

    def __init__(self, shop: Shop, draw: Draw) -> None:
        self._draw = draw
        self._people = Population(shop.words, draw, shop.products, shop.today)
        self._history = History(shop, draw)
        self._as_of = midnight(shop.today)

    def drawn(self, plan: Plan) -> SampleCustomer:
        """A made-up customer."""
        profile = self._people.profile(plan)
        orders = self._history.orders(plan, profile)
        credit = figures(profile, plan.trade, open_on_account(orders), self._draw, self._as_of)
        inactive = plan.number % _INACTIVE_EVERY == 9
        status = CustomerStatus.INACTIVE if inactive else CustomerStatus.ACTIVE
        body = _body(profile, plan.trade, credit, status)
        return SampleCustomer(body, credit, statistics(orders, self._draw), orders)

    def known(self, plan: Plan, body: CustomerBody, spec_order: OrderBody) -> SampleCustomer:
        """A customer of the spec: its own body, and a history with the spec's order if its own."""
        recent = self._history.orders(plan, _profile(body))
        mine = (spec_order,) if spec_order.customer_id == body.customer_id else ()
        orders = tuple(sorted((*mine, *recent), key=lambda order: order.taken_at))
        return SampleCustomer(
            body=replace(body, as_of=self._as_of),
            credit=_stated(body, self._as_of),
            statistics=statistics(orders, self._draw),
            orders=orders,
        )


def _known_customers(today: date) -> list[CustomerBody]:
    """The spec's customers; their special prices, which ended in 2024, run to this year's end."""
    bodies = decode(list[CustomerBody], text_of("known_customers.json"))
    return [
        replace(
            body,
            special_prices=tuple(
                replace(p, valid_until=max(p.valid_until or today, date(today.year, 12, 31)))
                for p in body.special_prices
            ),
        )
        for body in bodies
    ]


def _cast(count: int, draw: Draw, known: Sequence[CustomerBody]) -> list[tuple[int, Trade, bool]]:
    """(number, trade, is one of the spec's) of every customer, the spec's first."""
    trades = {trade.name: trade for trade in words().trades}
    numbers = [int(body.customer_id.removeprefix("C")) for body in known]
    cast = [(n, trades[name], True) for n, name in zip(numbers, _KNOWN_TRADES, strict=True)]
    others = (n for n in range(1, count + 1) if n not in numbers)
    cast += [(n, draw.pick(words().trades), False) for n in others]
    return cast[:count]


def _shop(today: date, open_days: OpenDays) -> Shop:
    goods = catalogue(today)
    return Shop(
        words=words(),
        products={p.product_id: p for p in goods.products.products},
        rules=goods.pricing,
        open_days=open_days,
        today=today,
        residual_price=goods.parameters.order_settings.residual_price_per_kg,
    )


def _profile(body: CustomerBody) -> Profile:
    return Profile(
        customer_id=body.customer_id,
        name=body.customer_name,
        terms=body.payment_terms,
        phones=body.phones,
        addresses=body.delivery_addresses,
        special_prices=body.special_prices,
        tax_id=body.tax_id,
        note=body.note,
    )


def _body(
    profile: Profile, trade: Trade, credit: CreditFigures, status: CustomerStatus
) -> CustomerBody:
    return CustomerBody(
        customer_id=profile.customer_id,
        customer_name=profile.name,
        phone_primary=profile.contact_phone,
        tax_id=profile.tax_id,
        customer_type=trade.customer_type,
        credit_limit=credit.credit_limit,
        credit_used=credit.credit_used,
        credit_available=credit.credit_available,
        status=status,
        payment_terms=profile.terms,
        delivery_addresses=profile.addresses,
        special_prices=profile.special_prices,
        phones=profile.phones,
        nickname=profile.nickname,
        email=profile.email,
        note=profile.note,
        on_hold=credit.on_hold,
        hold_reason=credit.hold_reason,
        overdue_amount=credit.overdue_amount,
        days_overdue=credit.days_overdue,
        as_of=credit.as_of,
    )


def _stated(body: CustomerBody, as_of: datetime) -> CreditFigures:
    return CreditFigures(
        customer_id=body.customer_id,
        credit_limit=body.credit_limit,
        credit_used=body.credit_used,
        credit_available=body.credit_available,
        on_hold=body.on_hold,
        hold_reason=body.hold_reason,
        overdue_amount=body.overdue_amount,
        days_overdue=body.days_overdue,
        version=1,
        as_of=as_of,
    )
