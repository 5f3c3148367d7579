"""What a supervisor let through, written to the audit log in the transaction of the order."""

import asyncpg

from app.wire.orders import OrderBody, OrderCancellation
from server.operation.audit import Action, AuditEntry, note


async def note_override(
    connection: asyncpg.Connection, body: OrderBody, *, was_let_through: bool
) -> None:
    """An order that claims a supervisor's approval of its credit, whether that counted or not."""
    if not body.credit.override_by:
        return
    await note(
        connection,
        AuditEntry(
            action=Action.CREDIT_OVERRIDDEN,
            target=body.order_id,
            actor=body.credit.override_by,
            outcome="let through" if was_let_through else "not accepted",
            detail={
                "clerk": body.clerk,
                "customer": body.customer_id,
                "revision": body.revision,
                "payable": int(body.payable),
                "found": body.credit.outcome.value,
            },
        ),
    )


async def note_approval(connection: asyncpg.Connection, cancellation: OrderCancellation) -> None:
    """A cancellation that somebody else than the clerk approved."""
    if not cancellation.approved_by:
        return
    await note(
        connection,
        AuditEntry(
            action=Action.CANCELLATION_APPROVED,
            target=cancellation.order_id,
            actor=cancellation.approved_by,
            outcome="cancelled",
            detail={"clerk": cancellation.cancelled_by, "customer": cancellation.customer_id},
        ),
    )
