"""Settings of this counter: language, look, text size, printer, and the practice cable."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QWidget

from app.services.documents import DocumentsDesk
from app.services.preferences import PreferencesDesk
from ui.language import CHINESE, ENGLISH, Language
from ui.layouts import column, row
from ui.live import Live
from ui.screen import Screen
from ui.tasks import spawn
from ui.theme import TEXT_SCALES, Look, Palette, Theme
from ui.widgets.action_button import ActionButton
from ui.widgets.choice import Choice, Option
from ui.widgets.page import PageHead
from ui.widgets.scrolling import scrolling
from ui.widgets.text import Role, Text


class SettingsScreen(Screen):
    """Every choice works at once and is remembered for the next start."""

    sign_out_requested = Signal()

    def __init__(
        self,
        preferences: PreferencesDesk,
        documents: DocumentsDesk,
        theme: Theme,
        language: Language,
        live: Live,
    ) -> None:
        super().__init__(live)
        self._preferences, self._documents = preferences, documents
        self._theme, self._language = theme, language
        self._printers: tuple[str, ...] = ()
        self.head = PageHead()
        self.language, self.palette_choice = Choice(), Choice()
        self.scale, self.printer = Choice(), Choice(down=True)
        self.sign_out = ActionButton("", icon="log-out")
        self.sign_out.clicked.connect(lambda: self.sign_out_requested.emit())
        self._labels = [Text("", Role.STRONG) for _ in range(4)]
        self._printer_hint = Text("", Role.MUTED).wrapped()
        self.language.chosen.connect(self._use_language)
        self.palette_choice.chosen.connect(lambda name: self._wear(palette=Palette(name)))
        self.scale.chosen.connect(lambda percent: self._wear(scale=int(percent)))
        self.printer.chosen.connect(self._use_printer)
        self._build()
        self.retranslate()

    def refresh(self) -> None:
        """Look for printers again and mark what is chosen."""
        self.retranslate()
        spawn(self._look_for_printers())

    def take_focus(self) -> None:
        """On the first choice."""
        self.language.setFocus()

    def retranslate(self) -> None:
        """Write the words again."""
        self.head.set_words(self.tr("Settings"))
        names = (
            self.tr("Language"),
            self.tr("Colours"),
            self.tr("Text size"),
            self.tr("Printer"),
        )
        fields = (self.language, self.palette_choice, self.scale, self.printer)
        for label, name, field in zip(self._labels, names, fields, strict=True):
            label.setText(name)
            field.set_name(name)
        self.language.set_options([Option(CHINESE, "繁體中文"), Option(ENGLISH, "English")])
        self.palette_choice.set_options(
            [
                Option(Palette.LIGHT, self.tr("Light")),
                Option(Palette.DARK, self.tr("Dark")),
                Option(Palette.CONTRAST, self.tr("High contrast")),
            ]
        )
        self.scale.set_options([Option(percent, f"{percent} %") for percent in TEXT_SCALES])
        printers = [Option(name, name) for name in self._printers]
        self.printer.set_options([Option("", self.tr("None: keep PDF files only")), *printers])
        self._printer_hint.setText(
            self.tr("Slips and statements are always kept as PDF; a printer gets them as well.")
        )
        self.sign_out.set_words(self.tr("Sign out"))
        self._render()

    def _build(self) -> None:
        card = QFrame()
        card.setObjectName("card")
        fields = (self.language, self.palette_choice, self.scale, self.printer)
        groups = [
            column(label, field, gap=1) for label, field in zip(self._labels, fields, strict=True)
        ]
        card.setLayout(column(*groups, self._printer_hint, gap=3, inset=(4, 3)))
        body = QWidget()
        body.setLayout(column(card, row(self.sign_out, 1), 1, gap=3, inset=(3, 1)))
        layout = column(self.head, gap=0)
        layout.addWidget(scrolling(body), 1)
        self.setLayout(layout)

    async def _look_for_printers(self) -> None:
        self._printers = await self._documents.printers()
        self.retranslate()

    def _render(self) -> None:
        self.language.set_value(self._language.code)
        self.palette_choice.set_value(self._theme.look.palette)
        self.scale.set_value(self._theme.look.scale)
        self.printer.set_value(self._documents.printer)

    def _use_language(self, code: object) -> None:
        self._preferences.set("language", str(code))
        self._language.use(str(code))

    def _wear(self, *, palette: Palette | None = None, scale: int | None = None) -> None:
        now = self._theme.look
        look = Look(palette or now.palette, scale or now.scale)
        self._preferences.set("palette", look.palette)
        self._preferences.set("scale", str(look.scale))
        self._theme.wear(look)
        self._render()

    def _use_printer(self, name: object) -> None:
        self._documents.use_printer(str(name))
        self._render()
