"""Past orders and their sums. Prices follow `app.domain.pricing`; a test holds them together."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID

from app.domain.catalogue import Surcharge
from app.domain.credit import CreditOutcome, CreditSource
from app.domain.customers import PaymentTerms, Zone
from app.domain.hours import TAIPEI
from app.domain.money import ZERO, from_cents, unit_price, whole
from app.domain.orders import InvoiceType, OrderStatus, PaymentMethod, Priority, TimeSlot
from app.domain.tax import add_tax
from app.wire.catalogue import PricingRules, ProductBody
from app.wire.customers import CustomerStatistics
from app.wire.orders import CreditEvidence, OrderBody, OrderLineBody
from server.sample.draw import Draw
from server.sample.people import Profile
from server.sample.schedule import Moment, OpenDays, Plan
from server.sample.words import Words

_UNPAID = (PaymentMethod.CASH,) * 11 + (PaymentMethod.COD,) * 8 + (PaymentMethod.ONLINE,)
_NO_CREDIT_NEEDED = CreditEvidence(outcome=CreditOutcome.APPROVED, source=CreditSource.NOT_NEEDED)
_ON_ACCOUNT = CreditEvidence(
    outcome=CreditOutcome.APPROVED, source=CreditSource.LIVE, age_seconds=0
)
_SATURDAY = 5
_NOON = 12 * 60


@dataclass(frozen=True, slots=True)
class Shop:
    """What orders are priced and dated by."""

    words: Words
    products: dict[str, ProductBody]
    rules: PricingRules
    open_days: OpenDays
    today: date
    residual_price: Decimal


class History:
    """Makes up the orders of one customer after the other."""

    def __init__(self, shop: Shop, draw: Draw) -> None:
        self._shop = shop
        self._draw = draw

    def orders(self, plan: Plan, profile: Profile) -> tuple[OrderBody, ...]:
        """The customer's orders, oldest first; those of yesterday are still to be delivered."""
        return tuple(self._order(plan, profile, moment) for moment in plan.moments)

    def _order(self, plan: Plan, profile: Profile, moment: Moment) -> OrderBody:
        draw = self._draw
        address = profile.addresses[0]
        delivery_date, slot = self._delivery(plan, moment)
        lines = tuple(self._lines(plan, profile, moment.day))
        goods = sum((line.amount for line in lines), ZERO)
        deposits = sum((line.deposit_amount for line in lines), ZERO)
        residual = sum((line.residual_credit for line in lines), ZERO)
        tax = from_cents(int(add_tax(goods).tax) * 100)
        fee = self._fee(address.zone, delivery_date, slot)
        status = self._status(delivery_date)
        method = self._method(profile)
        has_tax_id = profile.tax_id is not None
        taken_at = datetime.combine(moment.day, time(), TAIPEI) + timedelta(minutes=moment.minute)
        return OrderBody(
            order_uid=_uid(taken_at, draw),
            order_id=moment.order_id,
            revision=1,
            status=status,
            customer_id=profile.customer_id,
            customer_name=profile.name,
            contact_phone=profile.contact_phone,
            address_id=address.address_id,
            delivery_address=address.full_address,
            zone=address.zone,
            order_date=moment.day,
            delivery_date=delivery_date,
            time_slot=slot,
            priority=Priority.NORMAL,
            payment_method=method,
            invoice_type=InvoiceType.TRIPLICATE if has_tax_id else InvoiceType.DUPLICATE,
            tax_id=profile.tax_id or "",
            note=profile.note,
            lines=lines,
            goods=goods,
            tax=tax,
            delivery_fee=fee,
            deposits=deposits,
            residual_credit=residual,
            payable=goods + tax + fee + deposits - residual,
            invoice_sales=goods,
            invoice_tax=tax,
            price_version=f"{moment.day:%Y-%m}",
            credit=_ON_ACCOUNT if method is PaymentMethod.MONTHLY else _NO_CREDIT_NEEDED,
            clerk=draw.pick(self._shop.words.clerks),
            taken_at=taken_at.astimezone(UTC),
        )

    def _delivery(self, plan: Plan, moment: Moment) -> tuple[date, TimeSlot]:
        slot = self._draw.pick(plan.trade.slots)
        early = moment.minute < _NOON and moment.day.weekday() != _SATURDAY
        if early and slot is not TimeSlot.MORNING and self._draw.chance(45):
            delivery = moment.day
        else:
            delivery = self._shop.open_days.after(moment.day)
        if delivery.weekday() == _SATURDAY:
            slot = TimeSlot.MORNING
        if delivery == moment.day and delivery >= self._shop.today - timedelta(days=1):
            delivery = self._shop.open_days.after(moment.day)
        return delivery, slot

    def _lines(self, plan: Plan, profile: Profile, day: date) -> Iterator[OrderLineBody]:
        for product_id, quantity in self._draw.pick(plan.trade.baskets):
            product = self._shop.products[product_id]
            price = self._price(profile, product, quantity, day)
            lent = 1 if self._draw.chance(2) else 0
            residual_kg = Decimal(self._draw.between(2, 20)) / 2 if self._draw.chance(1.5) else ZERO
            yield OrderLineBody(
                product_id=product_id,
                description=product.product_name,
                quantity=quantity,
                unit_price=price,
                amount=from_cents(int(whole(price * quantity)) * 100),
                empties=quantity - lent,
                deposits=lent,
                deposit_amount=product.deposit_amount * lent,
                residual_kg=residual_kg,
                residual_credit=from_cents(
                    int(whole(residual_kg * self._shop.residual_price)) * 100
                ),
                weight_kg=product.weight_kg * quantity,
            )

    def _price(self, profile: Profile, product: ProductBody, quantity: int, day: date) -> Decimal:
        standard = product.standard_price
        tiers = [
            tier.discount_percent
            for tier in self._shop.rules.volume_discounts
            if tier.min_quantity <= quantity
        ]
        listed = unit_price(standard * (100 - max(tiers)) / 100) if tiers else standard
        special = [
            p.special_price
            for p in profile.special_prices
            if p.product_id == product.product_id
            and (p.valid_until is None or day <= p.valid_until)
        ]
        return min([listed, *special])

    def _fee(self, zone: Zone, delivery_date: date, slot: TimeSlot) -> Decimal:
        rules = self._shop.rules
        factors = [Decimal(1)]
        if slot is TimeSlot.EVENING:
            factors.append(rules.time_slot_surcharges[Surcharge.EVENING])
        if delivery_date in self._shop.open_days.holidays:
            factors.append(rules.time_slot_surcharges[Surcharge.HOLIDAY])
        return from_cents(int(whole(rules.zone_delivery_fees[zone] * max(factors))) * 100)

    def _status(self, delivery_date: date) -> OrderStatus:
        if delivery_date >= self._shop.today:
            return OrderStatus.CONFIRMED
        roll = self._draw.random()
        if roll < 0.96:
            return OrderStatus.COMPLETED
        return OrderStatus.CANCELLED if roll < 0.99 else OrderStatus.FAILED

    def _method(self, profile: Profile) -> PaymentMethod:
        if profile.terms is not PaymentTerms.CASH and self._draw.chance(93):
            return PaymentMethod.MONTHLY
        return self._draw.pick(_UNPAID)


def statistics(orders: tuple[OrderBody, ...], draw: Draw) -> CustomerStatistics | None:
    """Sums over the orders and the older ones that are not kept; None without any order."""
    done = [order for order in orders if order.status is OrderStatus.COMPLETED]
    if not done:
        return None
    total = sum((order.goods + order.tax for order in done), ZERO)
    average = unit_price(total / len(done))
    count = len(done) + (draw.between(0, 150) if len(orders) == 5 else 0)
    products = Counter(line.product_id for order in done for line in order.lines)
    return CustomerStatistics(
        last_order_date=orders[-1].order_date,
        total_orders_count=count,
        total_order_value=from_cents(int(whole(average * count)) * 100),
        average_order_value=average,
        favorite_products=tuple(product_id for product_id, _ in products.most_common(2)),
    )


def open_on_account(orders: tuple[OrderBody, ...]) -> Decimal:
    """What the orders that are still under way reserve of the customer's credit."""
    return sum(
        (
            order.payable
            for order in orders
            if order.payment_method is PaymentMethod.MONTHLY
            and order.status is OrderStatus.CONFIRMED
        ),
        ZERO,
    )


def _uid(taken_at: datetime, draw: Draw) -> UUID:
    """A UUIDv7 of that moment whose random part comes from the seed."""
    milliseconds = int(taken_at.timestamp()) * 1000
    random_a, random_b = draw.getrandbits(12), draw.getrandbits(62)
    return UUID(int=milliseconds << 80 | 0x7 << 76 | random_a << 64 | 0b10 << 62 | random_b)
