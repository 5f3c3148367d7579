"""The reference tables under the name `ref`, as readers of the attached file see them."""

from sqlalchemy import Column, Integer, MetaData, Table, Text
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from app.wire import reference

SCHEMA = "ref"
attached = MetaData()
feed_cursor = reference.feed_cursor.to_metadata(attached, schema=SCHEMA)
customers = reference.customers.to_metadata(attached, schema=SCHEMA)
phones = reference.phones.to_metadata(attached, schema=SCHEMA)
addresses = reference.addresses.to_metadata(attached, schema=SCHEMA)
special_prices = reference.special_prices.to_metadata(attached, schema=SCHEMA)
credit = reference.credit.to_metadata(attached, schema=SCHEMA)
statistics = reference.statistics.to_metadata(attached, schema=SCHEMA)
products = reference.products.to_metadata(attached, schema=SCHEMA)
settings = reference.settings.to_metadata(attached, schema=SCHEMA)
orders = reference.orders.to_metadata(attached, schema=SCHEMA)
deliveries = reference.deliveries.to_metadata(attached, schema=SCHEMA)
payments = reference.payments.to_metadata(attached, schema=SCHEMA)
invoices = reference.invoices.to_metadata(attached, schema=SCHEMA)

# The full-text table of SEARCH_DDL; its rowid is customers.search_id.
customer_search = Table(
    "customer_search",
    MetaData(),
    Column("rowid", Integer, primary_key=True),
    Column("name", Text),
    Column("addr", Text),
    Column("dig", Text),
)

ALL = frozenset(f"{SCHEMA}.{name}" for name in (*reference.reference.tables, "customer_search"))


def statements(schema: str = "") -> list[str]:
    """The SQL that creates an empty reference database, in `schema` or in the main one."""
    metadata = attached if schema else reference.reference
    result = [reference.SEARCH_DDL.replace("TABLE ", f"TABLE {schema}." if schema else "TABLE ", 1)]
    for table in metadata.sorted_tables:
        result += create_statements(table)
    return result


def create_statements(table: Table) -> list[str]:
    """The SQL that creates one table with its indexes."""
    dialect = sqlite.dialect()
    indexes = [str(CreateIndex(index).compile(dialect=dialect)) for index in table.indexes]
    return [str(CreateTable(table).compile(dialect=dialect)), *indexes]
