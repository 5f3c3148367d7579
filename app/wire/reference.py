"""The snapshot file: tables of the reference copy that a register bootstraps from.

The server writes these tables into a plain SQLite file, compresses it with zstd and offers it
under `GET /v1/snapshot`; a register keeps them (encrypted) as `ref-<generation>.db` and applies
the feed to them. Amounts are whole 元, unit prices 0.01 元, instants UTC seconds, dates ISO text.
"""

from sqlalchemy import Column, Index, Integer, MetaData, PrimaryKeyConstraint, Table, Text

# Grows only when older readers could no longer use the file; added tables do not disturb them.
SCHEMA_VERSION = 1
APPLICATION_ID = 0x4C474331  # "LGC1", SQLite's application_id of a reference file

reference = MetaData()

feed_cursor = Table(
    "feed_cursor",
    reference,
    Column("k", Integer, primary_key=True),  # always 1
    Column("epoch", Integer, nullable=False),
    Column("pos", Integer, nullable=False),
    Column("applied_at", Integer, nullable=False),
    comment="How far this file has applied the server's feed.",
)

customers = Table(
    "customers",
    reference,
    Column("customer_id", Text, primary_key=True),
    Column("search_id", Integer, nullable=False, unique=True),  # grows with the last order
    Column("name", Text, nullable=False),
    Column("nickname", Text, nullable=False, default=""),
    Column("initials", Text, nullable=False, default=""),
    Column("customer_type", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("payment_terms", Text, nullable=False),
    Column("tax_id", Text),
    Column("email", Text, nullable=False, default=""),
    Column("note", Text, nullable=False, default=""),
    Column("last_order_on", Text),
    Column("v", Integer, nullable=False),
    # Covering: a search sorts its matches by recency without touching the rows.
    Index("customers_initials", "initials", "last_order_on", "search_id"),
    Index("customers_recency", "search_id", "last_order_on"),
    Index("customers_tax_id", "tax_id"),
)

phones = Table(
    "phones",
    reference,
    Column("customer_id", Text, nullable=False),
    Column("position", Integer, nullable=False),
    Column("digits", Text, nullable=False),
    Column("reversed", Text, nullable=False),
    Column("label", Text, nullable=False, default=""),
    Column("extension", Text, nullable=False, default=""),
    PrimaryKeyConstraint("customer_id", "position"),
    Index("phones_reversed", "reversed", "customer_id"),
)

addresses = Table(
    "addresses",
    reference,
    Column("customer_id", Text, nullable=False),
    Column("address_id", Integer, nullable=False),
    Column("address_type", Text, nullable=False),
    Column("full_address", Text, nullable=False),
    Column("normalised", Text, nullable=False),
    Column("postal_code", Text, nullable=False, default=""),
    Column("zone", Text, nullable=False),
    Column("is_default", Integer, nullable=False),
    Column("note", Text, nullable=False, default=""),
    PrimaryKeyConstraint("customer_id", "address_id"),
)

special_prices = Table(
    "special_prices",
    reference,
    Column("customer_id", Text, nullable=False),
    Column("position", Integer, nullable=False),
    Column("product_id", Text, nullable=False),
    Column("price_cents", Integer, nullable=False),
    Column("valid_from", Text),
    Column("valid_until", Text),
    PrimaryKeyConstraint("customer_id", "position"),
)

credit = Table(
    "credit",
    reference,
    Column("customer_id", Text, primary_key=True),
    Column("credit_limit", Integer, nullable=False),
    Column("credit_used", Integer, nullable=False),
    Column("on_hold", Integer, nullable=False, default=0),
    Column("hold_reason", Text, nullable=False, default=""),
    Column("overdue_amount", Integer, nullable=False, default=0),
    Column("days_overdue", Integer, nullable=False, default=0),
    Column("as_of", Integer, nullable=False),
    Column("v", Integer, nullable=False),
)

statistics = Table(
    "statistics",
    reference,
    Column("customer_id", Text, primary_key=True),
    Column("last_order_date", Text),
    Column("total_orders_count", Integer, nullable=False),
    Column("total_order_value", Integer, nullable=False),
    Column("average_order_value_cents", Integer, nullable=False),
    Column("favorite_products", Text, nullable=False, default="[]"),  # JSON array of product ids
    Column("v", Integer, nullable=False),
)

products = Table(
    "products",
    reference,
    Column("product_id", Text, primary_key=True),
    Column("body", Text, nullable=False),  # ProductBody as JSON
    Column("v", Integer, nullable=False),
)

settings = Table(
    "settings",
    reference,
    Column("name", Text, primary_key=True),  # "pricing" or "parameters"
    Column("body", Text, nullable=False),  # PricingRules or Parameters as JSON
    Column("v", Integer, nullable=False),
)

orders = Table(
    "orders",
    reference,
    Column("order_uid", Text, primary_key=True),
    Column("order_id", Text, nullable=False),
    Column("customer_id", Text, nullable=False),
    Column("customer_name", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("order_date", Text, nullable=False),
    Column("delivery_date", Text, nullable=False),
    Column("time_slot", Text, nullable=False),
    Column("address_id", Integer),
    Column("delivery_address", Text, nullable=False),
    Column("payment_method", Text, nullable=False),
    Column("invoice_type", Text, nullable=False),
    Column("lines", Text, nullable=False),  # JSON: [[product_id, quantity, empties, deposits], ...]
    Column("payable", Integer, nullable=False),
    Column("taken_at", Integer, nullable=False),
    Column("v", Integer, nullable=False),
    Index("orders_customer", "customer_id", "taken_at"),
    Index("orders_date", "order_date"),
    comment="The last orders of each customer and all orders that are still open.",
)

deliveries = Table(
    "deliveries",
    reference,
    Column("order_uid", Text, primary_key=True),
    Column("status", Text, nullable=False),
    Column("driver_id", Text, nullable=False, default=""),
    Column("vehicle_id", Text, nullable=False, default=""),
    Column("route_sequence", Integer),
    Column("estimated_arrival", Integer),
    Column("notes", Text, nullable=False, default=""),
    Column("reported_at", Integer, nullable=False),
    Column("v", Integer, nullable=False),
)

payments = Table(
    "payments",
    reference,
    Column("order_uid", Text, primary_key=True),
    Column("payment_status", Text, nullable=False),
    Column("paid_amount", Integer, nullable=False),
    Column("paid_date", Text),
    Column("payment_method", Text),
    Column("receipt_number", Text, nullable=False, default=""),
    Column("reported_at", Integer, nullable=False),
    Column("v", Integer, nullable=False),
)

invoices = Table(
    "invoices",
    reference,
    Column("order_uid", Text, primary_key=True),
    Column("invoice_id", Text, nullable=False),
    Column("invoice_number", Text, nullable=False),
    Column("invoice_date", Text, nullable=False),
    Column("pdf_url", Text, nullable=False, default=""),
    Column("submission_status", Text, nullable=False),
    Column("reported_at", Integer, nullable=False),
    Column("v", Integer, nullable=False),
)

# One contentless index over everything a clerk may type; rowid is customers.search_id.
SEARCH_DDL = (
    "CREATE VIRTUAL TABLE customer_search USING fts5("
    "name, addr, dig, content='', contentless_delete=1, tokenize=\"unicode61 tokenchars '_'\")"
)
