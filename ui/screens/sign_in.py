"""Signing in: name and password, with every refusal beside the field it is about."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QWidget

from app.services.session import OfficeOutOfReach, SessionDesk, SignInRefused
from ui.layouts import column, row
from ui.live import Live
from ui.screen import Screen
from ui.tasks import spawn
from ui.tone import Tone, mark
from ui.widgets.action_button import ActionButton, Kind
from ui.widgets.icon import Icon
from ui.widgets.message_line import MessageLine
from ui.widgets.scrolling import scrolling
from ui.widgets.text import Role, Text


class SignInScreen(Screen):
    """Works offline for anybody who has signed in at this counter before."""

    signed_in = Signal()

    def __init__(self, session: SessionDesk, live: Live) -> None:
        super().__init__(live)
        self._session = session
        self._busy = False
        self._refused = False
        self._out_of_reach = False
        self.name, self.password = QLineEdit(), QLineEdit()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        for field in (self.name, self.password):
            mark(field, large=True)
            field.textEdited.connect(self._forget_refusal)
        self._title, self._shop = Text("", Role.DISPLAY), Text("", Role.LEAD)
        self._name_label, self._password_label = Text("", Role.STRONG), Text("", Role.STRONG)
        self.wrong = Text("", Role.BODY).wrapped()
        self.wrong.set_tone(Tone.DANGER)
        self.message = MessageLine()
        self.button = ActionButton("", Kind.PRIMARY, "user", "Enter")
        mark(self.button, big=True)
        self.button.clicked.connect(self._sign_in)
        self._build()
        self.retranslate()

    def take_focus(self) -> None:
        """On the first empty field."""
        (self.password if self.name.text() else self.name).setFocus()

    def retranslate(self) -> None:
        """Write the words again."""
        self._title.setText(self.tr("Lucky Gas Counter"))
        self._shop.setText(self._session.shop_name)
        self._shop.setVisible(bool(self._session.shop_name))
        self._name_label.setText(self.tr("Name"))
        self.name.setAccessibleName(self.tr("Name"))
        self._password_label.setText(self.tr("Password"))
        self.password.setAccessibleName(self.tr("Password"))
        self.button.set_words(self.tr("Sign in"))
        self._render()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter goes on to the password, then signs in."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self.name.hasFocus() and not self.password.text():
                self.password.setFocus()
            else:
                self._sign_in()
        else:
            super().keyPressEvent(event)

    def _build(self) -> None:
        flame = Icon("flame", 3.4)
        flame.set_icon("flame", Tone.ACCENT)
        card = QFrame()
        card.setObjectName("card")
        mark(card, narrow=True)
        card.setLayout(
            column(
                row(flame, column(self._title, self._shop, gap=0), 1, gap=2),
                self.message,
                column(self._name_label, self.name, gap=0.5),
                column(self._password_label, self.password, self.wrong, gap=0.5),
                self.button,
                gap=2.5,
                inset=(5, 5),
            )
        )
        body = QWidget()
        body.setLayout(column(1, row(1, card, 1), 1))
        self.setLayout(column(scrolling(body), gap=0))

    def _sign_in(self) -> None:
        if not self._busy and self.name.text().strip() and self.password.text():
            self._busy = True
            self._render()
            spawn(self._try(self.name.text().strip(), self.password.text()))

    async def _try(self, username: str, password: str) -> None:
        try:
            await self._session.sign_in(username, password)
        except SignInRefused:
            self._refused = True
        except OfficeOutOfReach:
            self._out_of_reach = True
        else:
            self.password.clear()
            self.signed_in.emit()
        finally:
            self._busy = False
            self._render()
        if self._refused:
            self.password.setFocus()
            self.password.selectAll()

    def _forget_refusal(self) -> None:
        self._refused = self._out_of_reach = False
        self._render()

    def _render(self) -> None:
        self.button.setEnabled(not self._busy)
        mark(self.password, wrong=self._refused)
        said = self.tr("Wrong name or password. Check Caps Lock and try again.")
        self.wrong.setText(said if self._refused else "")
        self.wrong.setVisible(self._refused)
        if self._out_of_reach:
            self.message.say(
                self.tr(
                    "The office does not answer, and nobody of this name has signed in here before."
                    " Check the network cable and that the server runs, then try again."
                ),
                Tone.WARN,
            )
        elif self._busy:
            self.message.say(self.tr("Signing in …"), Tone.INFO)
        else:
            self.message.clear()
