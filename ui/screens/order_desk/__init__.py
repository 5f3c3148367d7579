"""The order desk in three layers: the order in work, its saving, keys and calls around it."""

from ui.screens.order_desk.desk import OrderDesk

__all__ = ["OrderDesk"]
