"""Saving the order in hand, and what became of it."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from app.domain.violations import RuleViolation
from app.services.orders import (
    CreditRefused,
    NotSaved,
    OrderInHand,
    PlacedOrder,
    TotalChanged,
)
from ui import words
from ui.screens.order_desk.work import OrderInWork
from ui.sentences import plain_problem
from ui.tasks import spawn
from ui.widgets.order.state import DeskState
from ui.widgets.saved_panel import SavedView


class OrderSaving(OrderInWork):
    """Places the order, prints it, and follows it to the office."""

    async def _place(self, order: OrderInHand, state: DeskState) -> None:
        assert state.quote is not None
        try:
            placed = await self._orders.place(order, state.quote)
        except RuleViolation as broken:
            self._in_hand_again(quote=replace(state.quote, violations=broken.violations))
            self.view.form.enter_violation(broken.violations)
        except TotalChanged as moved:
            self._state = self._state.with_order(moved.order, self._orders)
            self._in_hand_again(former_total=state.quote.payable)
            self._settle()
        except CreditRefused as refused:
            self._in_hand_again(credit=refused.decision, credit_asked=False)
            self.view.form.enter_block(5)
        except NotSaved as reason:
            self._in_hand_again(problem=plain_problem(str(reason)))
        else:
            self._show_saved(placed, order)
            spawn(self._print(placed.order_uid, reprint=False))
        finally:
            if self._state.saving:  # something unforeseen
                self._in_hand_again()

    def _in_hand_again(self, **changes: Any) -> None:
        """Nothing was saved: the order is open as before, and says why."""
        self._set(replace(self._state, saving=False, **changes))

    def _show_saved(self, placed: PlacedOrder, order: OrderInHand) -> None:
        credit, tone = words.credit(placed.credit)
        saved = SavedView(
            order_id=placed.order_id,
            customer=order.customer.name,
            payable=placed.payable,
            credit=credit,
            credit_tone=tone,
        )
        card = self._customers.card(order.customer.customer_id)
        ringing = self._calls.newest_ringing()
        self._set(
            DeskState(
                card=card,
                saved=saved,
                saved_uid=placed.order_uid,
                rang_before=ringing.call_id if ringing is not None else None,
            )
        )
        self._idle_focus()

    async def _print(self, order_uid: UUID, *, reprint: bool) -> None:
        printed = await self._documents.print_order(order_uid, reprint=reprint)
        saved = self._state.saved
        if saved is not None and self._state.saved_uid == order_uid:
            files = tuple(path.name for path in printed.files)
            shown = replace(
                saved, files=files, printer=printed.printer, problem=plain_problem(printed.problem)
            )
            self._set(replace(self._state, saved=shown))

    def _reprint(self) -> None:
        saved, order_uid = self._state.saved, self._state.saved_uid
        if saved is not None and order_uid is not None:
            self._set(replace(self._state, saved=replace(saved, files=None, problem="")))
            spawn(self._print(order_uid, reprint=True))

    def _uploaded(self, saved: SavedView) -> SavedView:
        rows = self._orders.of_day(self._orders.today(), saved.order_id)
        found = next((r for r in rows if r.order_uid == self._state.saved_uid), None)
        return replace(saved, upload=found.upload) if found else saved
