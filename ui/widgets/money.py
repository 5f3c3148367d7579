"""Money as it is read: NT$, grouped by thousands, to the right."""

from decimal import Decimal

from PySide6.QtWidgets import QWidget

from ui.figures import amount
from ui.widgets.text import Role, Text


class MoneyLabel(Text):
    """An amount in whole 元; — while there is none."""

    def __init__(self, role: Role = Role.BODY, parent: QWidget | None = None) -> None:
        super().__init__("—", role, parent)
        self.right()

    def set_amount(self, value: Decimal | None) -> None:
        """Show that many 元."""
        self.setText("—" if value is None else amount(value))
