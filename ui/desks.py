"""The desks that the window is given, in one hand."""

from dataclasses import dataclass

from app.services.calls import CallsDesk
from app.services.clock import Clock
from app.services.customers import CustomersDesk
from app.services.documents import DocumentsDesk
from app.services.office import OfficeDesk
from app.services.orders import OrdersDesk
from app.services.preferences import PreferencesDesk
from app.services.session import SessionDesk


@dataclass(frozen=True, slots=True)
class Desks:
    """Every desk of the counter, and the clock for ages on the screen."""

    customers: CustomersDesk
    calls: CallsDesk
    orders: OrdersDesk
    office: OfficeDesk
    documents: DocumentsDesk
    session: SessionDesk
    preferences: PreferencesDesk
    clock: Clock
