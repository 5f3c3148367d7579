"""The window: telephone lanes at the top, screens at the left, the state of things below."""

from collections.abc import Callable
from functools import partial
from uuid import UUID

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QMainWindow, QStackedWidget, QWidget

from app.services.calls import CallState, Lane
from ui import figures
from ui.desks import Desks
from ui.language import Language
from ui.layouts import column, grid, row
from ui.live import Live
from ui.screen import Screen
from ui.screens.first_copy import FirstCopyScreen
from ui.screens.needs_attention import NeedsAttention
from ui.screens.order_desk import OrderDesk
from ui.screens.settings import SettingsScreen
from ui.screens.sign_in import SignInScreen
from ui.screens.todays_orders import TodaysOrders
from ui.tasks import ask, spawn
from ui.theme import Theme
from ui.tone import Tone
from ui.widgets.action_button import ActionButton, Kind
from ui.widgets.banner import Banner
from ui.widgets.caller_strip import CallerStrip, LaneView
from ui.widgets.key_map import KeyGroup, KeyMap
from ui.widgets.nav_rail import NavRail
from ui.widgets.question import Question
from ui.widgets.status_line import StatusLine, StatusView

_TICK_MS = 1000
_SCREENS = (
    ("orders", "phone", "F2"),
    ("today", "clipboard-list", "F3"),
    ("attention", "triangle-alert", "F4"),
)


class MainWindow(QMainWindow):
    """Shows sign-in, then the first copy if there is none yet, then the work."""

    closed = Signal()

    def __init__(self, desks: Desks, live: Live, theme: Theme, language: Language) -> None:
        super().__init__()
        self._desks, self._theme = desks, theme
        self._may_close = self._is_asking = False
        self.sign_in_screen = SignInScreen(desks.session, live)
        self.first_copy = FirstCopyScreen(desks.office, live)
        self.order_desk = OrderDesk(
            desks.customers, desks.orders, desks.calls, desks.documents, live
        )
        self.todays_orders = TodaysOrders(desks.orders, desks.documents, live)
        self.needs_attention = NeedsAttention(desks.office, desks.clock, live)
        self.settings = SettingsScreen(desks.preferences, desks.documents, theme, language, live)
        self.screens: dict[str, Screen] = {
            "orders": self.order_desk,
            "today": self.todays_orders,
            "attention": self.needs_attention,
            "settings": self.settings,
        }
        self.strip, self.rail, self.status = CallerStrip(), NavRail(), StatusLine()
        self.cable = Banner("unplug", Tone.WARN)
        self._doors, self._pages = QStackedWidget(), QStackedWidget()
        self._build()
        self.key_map = KeyMap(self._work)
        self._bind_keys()
        self._connect(live)
        self._tick = QTimer(self)
        self._tick.setInterval(_TICK_MS)
        self._tick.timeout.connect(self._choose_door)
        self._tick.start()
        self.retranslate()
        self.show_screen("orders")
        self._choose_door()
        # Never larger than the screen: a small one is filled by it.
        self.resize(QSize(grid(180), grid(105)).boundedTo(self.screen().availableSize()))

    @property
    def current(self) -> str:
        """The name of the screen that is shown."""
        return next(n for n, s in self.screens.items() if s is self._pages.currentWidget())

    async def sign_in(self, username: str, password: str) -> None:
        """Sign a person in as if they had typed it; raises what the session desk raises."""
        await self._desks.session.sign_in(username, password)
        self._choose_door()

    def come_forward(self) -> None:
        """Bring the window to the front."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    def show_screen(self, name: str) -> None:
        """Go to a screen; what was left there is still there."""
        self._pages.setCurrentWidget(self.screens[name])
        self.rail.set_current(name)
        if self.key_map.isVisible():
            self.key_map.close_keys()
        self.screens[name].take_focus()

    def retranslate(self) -> None:
        """Write every word of the frame again."""
        self.setWindowTitle(self.tr("Lucky Gas Counter"))
        names = {
            "orders": self.tr("Orders"),
            "today": self.tr("Today"),
            "attention": self.tr("Attention"),
            "settings": self.tr("Settings"),
            "keys": self.tr("Keys"),
        }
        for name, words in names.items():
            self.rail.set_words(name, words)
        self._plug.set_words(self.tr("Plug it in again"))
        self._choose_door()

    def changeEvent(self, event: QEvent) -> None:
        """Speak the new language at once."""
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Closing loses nothing, but the office lacks what is unsent: it is asked about first."""
        if self._unsent() and not self._may_close:
            event.ignore()
            spawn(self._ask_to_close())
            return
        self.order_desk.put_aside()
        super().closeEvent(event)
        self.closed.emit()

    def _build(self) -> None:
        self._work = QWidget()
        self._work.setObjectName("canvas")
        for name, icon, key in _SCREENS:
            self.rail.add(name, icon, key)
        self.rail.add("settings", "settings", "F10", bottom=True)
        self.rail.add("keys", "keyboard", "F1", bottom=True)
        self._plug = self.cable.add_action(ActionButton("", Kind.PLAIN, "plug", "F12"))
        for screen in self.screens.values():
            self._pages.addWidget(screen)
        middle = row(self.rail, gap=0)
        middle.addWidget(self._pages, 1)
        layout = column(self.strip, self.cable, gap=0)
        layout.addLayout(middle, 1)
        layout.addWidget(self.status)
        self._work.setLayout(layout)
        for door in (self.sign_in_screen, self.first_copy, self._work):
            self._doors.addWidget(door)
        self.setCentralWidget(self._doors)

    def _bind_keys(self) -> None:
        for name, _icon, key in (*_SCREENS, ("settings", "", "F10")):
            self._bind(key, partial(self.show_screen, name))
        self._bind("F1", self._toggle_keys)
        self._bind("F12", self._toggle_cable)
        self._bind("Ctrl+M", self._open_missed)
        for line in range(1, 5):
            self._bind(f"Ctrl+{line}", partial(self._open_lane, line))

    def _bind(self, key: str, action: Callable[[], object]) -> None:
        shortcut = QShortcut(QKeySequence(key), self._work)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(action)

    def _connect(self, live: Live) -> None:
        live.changed.connect(self._hear)
        self.rail.picked.connect(self._pick)
        self.strip.lane_picked.connect(self._open_lane)
        self.strip.missed_picked.connect(self._open_missed)
        self.sign_in_screen.signed_in.connect(self._choose_door)
        self.settings.sign_out_requested.connect(self._sign_out)
        self.order_desk.order_opened.connect(self._open_order)
        self._plug.clicked.connect(self._toggle_cable)
        self._theme.changed.connect(self.order_desk.view.columns.refold)
        self._theme.changed.connect(self.todays_orders.table.fit_columns)
        self._theme.changed.connect(self.needs_attention.table.fit_columns)

    def _hear(self, _tables: frozenset[str]) -> None:
        self._choose_door()

    def _choose_door(self) -> None:
        """Sign-in, the first copy, or the work."""
        if self._desks.session.current is None:
            door: QWidget = self.sign_in_screen
        elif not self._desks.office.status().has_copy:
            door = self.first_copy
        else:
            door = self._work
        if door is not self._doors.currentWidget():
            self._doors.setCurrentWidget(door)
            if door is self._work:
                self.order_desk.refresh()
                self.screens[self.current].take_focus()
            elif isinstance(door, Screen):
                door.take_focus()
        self._refresh_work()

    def _refresh_work(self) -> None:
        status = self._desks.office.status()
        session = self._desks.session
        self.status.set_status(
            StatusView(
                link=status.link,
                waiting=status.waiting,
                oldest=status.oldest_waiting,
                prices_of=status.prices_of,
                data_age=status.data_age,
                clerk=session.current.display_name if session.current else "",
                register=session.register,
                shop=session.shop_name,
                unplugged=status.cable_unplugged,
            )
        )
        self.rail.set_count("attention", status.attention)
        unplugged = self.tr(
            "Practice: the network cable is pulled. Orders are kept and sent later."
        )
        self.cable.say(unplugged if status.cable_unplugged else "")
        self.strip.set_lanes([self._lane_view(lane) for lane in self._desks.calls.lanes()])
        self.strip.set_missed(len(self._desks.calls.missed()))

    def _lane_view(self, lane: Lane) -> LaneView:
        call = lane.call
        if call is None:
            return LaneView(lane.line)
        return LaneView(
            line=lane.line,
            call_id=call.call_id,
            name=call.customer_name,
            number=call.number,
            ringing=call.state is CallState.RINGING,
            since=figures.age(self._desks.clock() - call.rang_at),
        )

    def _pick(self, name: str) -> None:
        if name == "keys":
            self._toggle_keys()
            self.rail.set_current(self.current)
        else:
            self.show_screen(name)

    def _open_lane(self, line: int) -> None:
        lanes = self._desks.calls.lanes()
        call = next((lane.call for lane in lanes if lane.line == line), None)
        if call is not None:
            self.show_screen("orders")
            self.order_desk.open_call(call)

    def _open_missed(self) -> None:
        missed = self._desks.calls.missed()
        if missed:
            self.show_screen("orders")
            self.order_desk.open_call(missed[0])

    def _open_order(self, order_uid: UUID) -> None:
        self.show_screen("today")
        self.todays_orders.open_order(order_uid)

    def _unsent(self) -> int:
        """How many messages the office does not have yet, one that is being saved among them."""
        return self._desks.office.status().waiting + self.order_desk.state.saving

    async def _ask_to_close(self) -> None:
        body = self.tr("They are kept on this machine and sent when the counter is opened again.")
        if await self._leaves_unsent(body, self.tr("Close all the same")):
            self._may_close = True
            self.close()

    async def _leaves_unsent(self, body: str, yes: str) -> bool:
        """Whether the clerk goes although orders are unsent; one question at a time."""
        if self._is_asking:
            return False
        self._is_asking = True
        title = self.tr("Orders that are not sent yet: {count}").format(count=self._unsent())
        question = Question(self, title, body, yes, self.tr("Stay here"))
        try:
            return await ask(question)
        finally:
            self._is_asking = False

    def _sign_out(self) -> None:
        spawn(self._ask_to_sign_out())

    async def _ask_to_sign_out(self) -> None:
        body = self.tr("They are kept on this machine and sent when somebody signs in again.")
        if self._unsent() and not await self._leaves_unsent(body, self.tr("Sign out all the same")):
            return
        self.order_desk.put_aside()
        self._desks.session.sign_out()
        self._choose_door()

    def _toggle_cable(self) -> None:
        office = self._desks.office
        if office.can_unplug:
            office.unplug(unplugged=not office.status().cable_unplugged)
            self._choose_door()

    def _toggle_keys(self) -> None:
        if self.key_map.isVisible():
            self.key_map.close_keys()
            return
        screen = self.screens[self.current]
        everywhere = [
            ("F2 F3 F4", self.tr("orders, today, attention")),
            ("F10", self.tr("settings")),
            ("Ctrl+1 … 4", self.tr("open the caller on that line")),
            ("Ctrl+M", self.tr("call the oldest missed call back")),
            ("F1", self.tr("this sheet")),
        ]
        if self._desks.office.can_unplug:
            everywhere.append(("F12", self.tr("pull or plug the practice cable")))
        groups = [KeyGroup(self.tr("Everywhere"), everywhere)]
        if screen.key_help():
            groups.insert(0, KeyGroup(self.tr("On this screen"), screen.key_help()))
        self.key_map.show_keys(self.tr("Keys"), self.tr("any key closes"), groups)
