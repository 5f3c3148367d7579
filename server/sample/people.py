"""Made-up customers: names, telephone numbers, addresses, tax ids and special prices."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from app.domain.customers import CustomerType, PaymentTerms
from app.domain.phones import format_phone
from app.domain.tax import is_tax_id
from app.wire.catalogue import ProductBody
from app.wire.customers import DeliveryAddress, PhoneNumber, SpecialPrice
from server.sample.draw import Draw
from server.sample.schedule import Plan
from server.sample.words import District, Words

_SHARED_PHONE_EVERY = 100
_RARE_NAME_EVERY = 60
_RARE_NAME_AT = 7
_COMPANY_PERCENT = 90
_FIRST_ADDRESS_ID = 1000
_ADDRESSES_PER_CUSTOMER = 3
_FLOORS = ("2樓", "3樓", "4樓", "5樓", "2樓之1", "3樓之2", "6樓", "8樓之3", "11樓", "1樓")


@dataclass(frozen=True, slots=True)
class Profile:
    """Who a customer is, before orders and credit are added."""

    customer_id: str
    name: str
    terms: PaymentTerms
    phones: tuple[PhoneNumber, ...]
    addresses: tuple[DeliveryAddress, ...]
    special_prices: tuple[SpecialPrice, ...] = ()
    tax_id: str | None = None
    nickname: str = ""
    email: str = ""
    note: str = ""

    @property
    def contact_phone(self) -> str:
        """The first number as people write it."""
        return format_phone(self.phones[0].digits)


class Population:
    """Makes up one customer after the other; every hundredth shares the phone of the one before."""

    def __init__(
        self, words: Words, draw: Draw, products: dict[str, ProductBody], today: date
    ) -> None:
        self._words = words
        self._draw = draw
        self._products = products
        self._today = today
        self._previous_phone = PhoneNumber(digits="0912345678", label="手機")

    def profile(self, plan: Plan) -> Profile:
        """The customer that a plan asks for."""
        draw, trade = self._draw, plan.trade
        surname = draw.pick(self._words.surnames)
        district = draw.pick(self._words.districts)
        name = self._name(plan, surname)
        phones = self._phones(plan, district)
        tax_id = self._tax_id() if draw.chance(trade.tax_id) else None
        return Profile(
            customer_id=f"C{plan.number:06d}",
            name=name,
            terms=draw.pick(trade.terms),
            phones=phones,
            addresses=self._addresses(plan, district),
            special_prices=self._special_prices(plan),
            tax_id=tax_id,
            nickname=self._nickname(plan, surname, name) if draw.chance(30) else "",
            email=f"account{plan.number}@example.com.tw" if tax_id and draw.chance(40) else "",
            note=draw.pick(self._words.notes) if draw.chance(35) else "",
        )

    def _name(self, plan: Plan, surname: str) -> str:
        draw, words = self._draw, self._words
        if plan.trade.patterns:
            return draw.pick(plan.trade.patterns).format(
                s=surname,
                b=draw.pick(words.brands),
                c=draw.pick(words.shop_chars),
                w=draw.pick(words.company_words),
            )
        turn, rest = divmod(plan.number, _RARE_NAME_EVERY)
        if rest == _RARE_NAME_AT:
            return surname + words.rare_names[turn % len(words.rare_names)]
        return surname + draw.pick(words.given_names)

    def _nickname(self, plan: Plan, surname: str, name: str) -> str:
        given = self._draw.pick(self._words.shop_chars) if plan.trade.patterns else name[-1]
        return self._draw.pick(self._words.nicknames).format(s=surname, g=given)

    def _phones(self, plan: Plan, district: District) -> tuple[PhoneNumber, ...]:
        draw = self._draw
        home = plan.trade.customer_type is CustomerType.RESIDENTIAL
        phones = []
        if draw.chance(92 if home else 75):
            phones.append(_mobile(draw, "手機" if home else draw.pick(("老闆", "老闆娘", "手機"))))
        if not phones or draw.chance(50 if home else 85):
            phones.insert(draw.between(0, len(phones)), self._landline(plan, district))
        if draw.chance(8 if home else 22):
            phones.append(_mobile(draw, "家人" if home else draw.pick(("會計", "廚房", "店長"))))
        if plan.number % _SHARED_PHONE_EVERY == 2:
            phones[0] = self._previous_phone
        self._previous_phone = phones[0]
        return tuple(phones)

    def _landline(self, plan: Plan, district: District) -> PhoneNumber:
        draw = self._draw
        lines = self._words.landlines[district.county]
        first = draw.pick(lines.first_digits)
        rest = draw.digits(lines.subscriber_length - len(first))
        has_switchboard = plan.trade.tax_id >= _COMPANY_PERCENT
        extension = draw.digits(3) if has_switchboard and draw.chance(35) else ""
        label = "店面" if plan.trade.patterns else "住家"
        return PhoneNumber(
            digits=lines.area_code + first + rest,
            label="公司" if has_switchboard else label,
            extension=extension,
        )

    def _tax_id(self) -> str:
        start = self._draw.pick("2345589") + self._draw.digits(6)
        return next(start + last for last in "0123456789" if is_tax_id(start + last))

    def _addresses(self, plan: Plan, district: District) -> tuple[DeliveryAddress, ...]:
        first = self._address(plan, 0, district)
        if not self._draw.chance(7 if plan.trade.floor else 12):
            return (first,)
        elsewhere = self._draw.pick(self._words.districts)
        return (first, self._address(plan, 1, district if elsewhere is district else elsewhere))

    def _address(self, plan: Plan, position: int, district: District) -> DeliveryAddress:
        place = district.county + district.name + draw_door(self._draw, district, plan.trade.floor)
        return DeliveryAddress(
            address_id=_FIRST_ADDRESS_ID + plan.number * _ADDRESSES_PER_CUSTOMER + position,
            address_type="01",
            full_address=place,
            postal_code=district.postal_code,
            zone=district.zone,
            is_default=position == 0,
            note=self._draw.pick(
                self._words.home_address_notes
                if plan.trade.customer_type is CustomerType.RESIDENTIAL
                else self._words.shop_address_notes
            ),
        )

    def _special_prices(self, plan: Plan) -> tuple[SpecialPrice, ...]:
        draw = self._draw
        if not draw.chance(plan.trade.special):
            return ()
        product_id, _ = draw.pick(plan.trade.baskets)[0]
        standard = self._products[product_id].standard_price
        off = Decimal(int(standard) * draw.between(10, 60) // 1000 // 5 * 5)
        return (
            SpecialPrice(
                product_id=product_id,
                special_price=standard - off,
                valid_until=self._valid_until(),
            ),
        )

    def _valid_until(self) -> date | None:
        roll = self._draw.random()
        if roll < 0.1:
            return self._today - timedelta(days=self._draw.between(1, 90))
        return date(self._today.year, 12, 31) if roll < 0.7 else None


def draw_door(draw: Draw, district: District, floor_percent: int) -> str:
    """Road, lane, alley, number and floor as they stand on a door."""
    parts = [draw.pick(district.roads)]
    if draw.chance(38):
        parts.append(f"{draw.between(2, 420)}巷")
        if draw.chance(40):
            parts.append(f"{draw.between(1, 60)}弄")
    parts.append(f"{draw.between(1, 60 if len(parts) > 1 else 380)}號")
    if draw.chance(floor_percent):
        parts.append(draw.pick(_FLOORS))
    elif draw.chance(6):
        parts[-1] = parts[-1].replace("號", f"之{draw.between(1, 9)}號")
    return "".join(parts)


def _mobile(draw: Draw, label: str) -> PhoneNumber:
    return PhoneNumber(digits="09" + draw.pick("1122335567788") + draw.digits(7), label=label)
