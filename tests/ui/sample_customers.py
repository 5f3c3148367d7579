"""What the shop of the window's tests sells, and its four customers."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from app.domain.catalogue import ListPrice, PriceBook, Product, ShopParameters, Surcharge
from app.domain.customers import (
    Address,
    Customer,
    CustomerStatus,
    CustomerType,
    PaymentTerms,
    Phone,
    SpecialPrice,
    Zone,
)
from app.domain.hours import TAIPEI
from app.domain.orders import DraftLine, OrderStatus, TimeSlot
from app.domain.phones import format_phone
from app.services.customers import (
    CreditView,
    CustomerCard,
    CustomerHit,
    CustomersDesk,
    PastOrder,
    Standing,
)

NOW = datetime(2026, 7, 2, 10, 12, tzinfo=TAIPEI)
TODAY = NOW.date()
MONEY = Decimal


def uid(number: int) -> UUID:
    return UUID(int=0x0198_0000_0000_7000_8000_0000_0000_0000 + number)


def _product(number: int, kilograms: int, deposit: int, available: int = 200) -> Product:
    return Product(
        f"P00{number}", f"{kilograms}kg 瓦斯桶", f"{kilograms}KG", kilograms,
        requires_empty_return=True, deposit=Decimal(deposit), available=available,
    )  # fmt: skip


PRODUCTS = (
    _product(1, 20, 1500),
    _product(2, 16, 1300),
    _product(3, 50, 3000),
    _product(4, 10, 1200),
    _product(5, 4, 1000, available=3),
)
PRICES = {"P001": 850, "P002": 690, "P003": 2050, "P004": 470, "P005": 230}
BOOK = PriceBook(
    version="2026-07-01",
    products={p.product_id: p for p in PRODUCTS},
    prices=tuple(ListPrice(k, Decimal(v), date(2026, 7, 1)) for k, v in PRICES.items()),
    volume_discounts=(),
    zone_fees={Zone.NORTH: MONEY(50), Zone.CENTRAL: MONEY(80), Zone.SOUTH: MONEY(100)},
    surcharges={Surcharge.URGENT: MONEY("1.5"), Surcharge.EVENING: MONEY("1.3")},
    parameters=ShopParameters(residual_price_per_kg=MONEY(35)),
)

WANG = Customer(
    "C-000312", "王大明", CustomerType.RESIDENTIAL, CustomerStatus.ACTIVE, PaymentTerms.CASH,
    phones=(Phone("0912345678", "手機"), Phone("0227208889", "家裡")),
    addresses=(
        Address(1, "臺北市信義區信義路五段7號3樓", Zone.NORTH, note="電梯需管理員開"),
        Address(2, "臺北市松山區八德路四段688號", Zone.NORTH),
    ),
    note="門鈴壞了，到了請打手機。",
)  # fmt: skip
NOODLES = Customer(
    "C-001024", "好味小吃店", CustomerType.COMMERCIAL, CustomerStatus.ACTIVE, PaymentTerms.NET30,
    phones=(Phone("0227001234", "店裡"), Phone("0933222111", "老闆娘")),
    addresses=(
        Address(11, "臺北市大安區復興南路一段219巷12號", Zone.NORTH, note="後門進"),
        Address(12, "新北市板橋區文化路二段182巷3號", Zone.CENTRAL),
    ),
    special_prices=(SpecialPrice("P001", MONEY(820)),), tax_id="22099104", nickname="阿珠",
)  # fmt: skip
FACTORY = Customer(
    "C-002210", "永豐金屬加工廠股份有限公司五股二廠", CustomerType.INDUSTRIAL,
    CustomerStatus.ACTIVE, PaymentTerms.NET60, phones=(Phone("0222991188", "總機", "215"),),
    addresses=(Address(21, "新北市五股區五權路28號", Zone.CENTRAL, is_default=True),),
    special_prices=(SpecialPrice("P003", MONEY(1980)),), tax_id="22099104",
)  # fmt: skip
CLOSED = Customer(
    "C-000099", "舊客戶林先生", CustomerType.RESIDENTIAL, CustomerStatus.INACTIVE,
    PaymentTerms.CASH, phones=(Phone("0955000111"),),
    addresses=(Address(31, "臺北市中山區長春路1號", Zone.NORTH),),
)  # fmt: skip
CUSTOMERS = {c.customer_id: c for c in (WANG, NOODLES, FACTORY, CLOSED)}
ITEMS = {"P001": "20kg", "P002": "16kg", "P003": "50kg", "P004": "10kg", "P005": "4kg"}


def past_order(number: int, customer: Customer, days: int, lines: tuple[DraftLine, ...],
               payable: int, status: OrderStatus = OrderStatus.COMPLETED) -> PastOrder:  # fmt: skip
    day = TODAY - timedelta(days=days)
    address = customer.addresses[0].full_address
    items = "、".join(f"{ITEMS[line.product_id]} ×{line.quantity}" for line in lines)
    return PastOrder(
        uid(number), f"O-{day:%Y%m%d}-01{number:04d}", NOW - timedelta(days=days), day,
        TimeSlot.AFTERNOON, status, lines, items, address, Decimal(payable),
    )  # fmt: skip


def _history() -> dict[str, tuple[PastOrder, ...]]:
    two = (DraftLine("P001", 2, 2),)
    mixed = (DraftLine("P001", 4, 4), DraftLine("P002", 2, 2))
    return {
        WANG.customer_id: tuple(
            past_order(100 + n, WANG, days, two, 1835) for n, days in enumerate((12, 26, 41, 55))
        ),
        NOODLES.customer_id: tuple(
            past_order(200 + n, NOODLES, days, mixed, 4943)
            for n, days in enumerate((5, 10, 16, 21, 27))
        ),
        FACTORY.customer_id: (
            past_order(300, FACTORY, 1, (DraftLine("P003", 6, 6),), 12554, OrderStatus.EN_ROUTE),
        ),
    }  # fmt: skip


def _credit(customer: Customer) -> CreditView:
    zero = MONEY(0)
    views = {
        NOODLES.customer_id: CreditView(
            Standing.GOOD, MONEY(50000), MONEY(12000), MONEY(1835), MONEY(36165),
            timedelta(minutes=2),
        ),
        FACTORY.customer_id: CreditView(
            Standing.ON_HOLD, MONEY(200000), MONEY(188000), zero, MONEY(12000),
            timedelta(minutes=2), "票據逾期，財務停供", MONEY(64500), 37,
        ),
    }  # fmt: skip
    cash = Standing.INACTIVE if customer is CLOSED else Standing.CASH_ONLY
    return views.get(customer.customer_id, CreditView(cash, zero, zero, zero, zero, None))


class SampleCustomers(CustomersDesk):
    """Four customers, found by anything they have."""

    # No store is behind it, so the real desk's __init__ is left out.
    def __init__(self) -> None:
        self.history = _history()
        self.gone = False

    def search(self, text: str, limit: int = 12) -> tuple[CustomerHit, ...]:
        tail = text.isdigit() and len(text) >= 4
        found = [
            c
            for c in CUSTOMERS.values()
            if text
            and (any(p.digits.endswith(text) for p in c.phones) if tail else text in _searched(c))
        ]
        return tuple(self._hit(c) for c in found[:limit])

    def by_phone(self, digits: str) -> tuple[CustomerHit, ...]:
        owners = [c for c in CUSTOMERS.values() if digits in [p.digits for p in c.phones]]
        return tuple(self._hit(c) for c in owners)

    def card(self, customer_id: str) -> CustomerCard | None:
        customer = CUSTOMERS.get(customer_id)
        if customer is None or self.gone:
            return None
        past = self.history.get(customer_id, ())
        days = (TODAY - past[0].taken_at.date()).days if past else None
        return CustomerCard(
            customer, _credit(customer), past, days, 14 if past else None, len(past)
        )

    def _hit(self, customer: Customer) -> CustomerHit:
        phone = format_phone(customer.phones[0].digits)
        address = customer.addresses[0].full_address
        return CustomerHit(
            customer.customer_id, customer.name, customer.nickname, phone, address,
            customer.customer_type, _credit(customer).standing,
        )  # fmt: skip


def _searched(customer: Customer) -> str:
    parts = [customer.name, customer.nickname, customer.customer_id, customer.tax_id or ""]
    parts += [p.digits for p in customer.phones] + [a.full_address for a in customer.addresses]
    return " ".join(parts)
