"""The look of the window: tokens from resources/theme become one style sheet and one palette."""

import json
import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from string import Template

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory

import resources
from app.services.preferences import PreferencesDesk
from ui.layouts import space_again

RESOURCES = Path(resources.__file__).parent
FAMILY = "Noto Sans TC"
TEXT_SCALES = (100, 125, 150, 175)
_PIXELS = re.compile(r"(?<![\w#.])(\d+)px")


class Palette(StrEnum):
    """The palettes that a clerk may choose from."""

    LIGHT = "light"
    DARK = "dark"
    CONTRAST = "contrast"


@dataclass(frozen=True, slots=True)
class Look:
    """What a clerk has chosen: a palette, and the size of text in percent."""

    palette: Palette = Palette.LIGHT
    scale: int = 100


@dataclass(frozen=True, slots=True)
class Tokens:
    """The design tokens: type scale in pixels at 100 %, colours (#RRGGBB) by palette and name."""

    type: dict[str, int]
    palettes: dict[str, dict[str, str]]


def load_tokens() -> Tokens:
    """Read resources/theme/tokens.json."""
    raw = json.loads((RESOURCES / "theme" / "tokens.json").read_text(encoding="utf-8"))
    return Tokens(type=raw["type"], palettes=raw["palettes"])


def load_fonts() -> None:
    """Make the bundled typeface known to Qt, once; its digits all have one width."""
    if FAMILY in QFontDatabase.families():
        return
    for weight in ("Regular", "Medium", "Bold"):
        QFontDatabase.addApplicationFont(str(RESOURCES / "fonts" / f"NotoSansTC-{weight}.ttf"))


def colours_of(palette: Palette) -> dict[str, str]:
    """Every colour token of a palette."""
    return load_tokens().palettes[palette.value]


def style_sheet(look: Look) -> str:
    """The style sheet of the whole program; every size in it follows the text scale."""
    template = Template((RESOURCES / "theme" / "counter.qss").read_text(encoding="utf-8"))
    sizes = {f"type_{name}": f"{size}px" for name, size in load_tokens().type.items()}
    icons = (RESOURCES / "icons").as_posix()
    filled = template.substitute(colours_of(look.palette), **sizes, family=FAMILY, icons=icons)
    return _PIXELS.sub(lambda match: f"{_scaled(int(match[1]), look.scale)}px", filled)


def _scaled(pixels: int, scale: int) -> int:
    """Hairlines (1 px) stay hairlines; everything else grows with the text."""
    return pixels if pixels <= 1 else round(pixels * scale / 100)


def qt_palette(palette: Palette) -> QPalette:
    """The same colours for whatever Qt draws without the style sheet."""
    colours = colours_of(palette)
    roles = {
        QPalette.ColorRole.Window: "surface_1",
        QPalette.ColorRole.WindowText: "ink",
        QPalette.ColorRole.Base: "surface_2",
        QPalette.ColorRole.AlternateBase: "surface_1",
        QPalette.ColorRole.Text: "ink",
        QPalette.ColorRole.PlaceholderText: "ink_faint",
        QPalette.ColorRole.Button: "surface_2",
        QPalette.ColorRole.ButtonText: "ink",
        QPalette.ColorRole.ToolTipBase: "ink",
        QPalette.ColorRole.ToolTipText: "surface_2",
        QPalette.ColorRole.Highlight: "selection",
        QPalette.ColorRole.HighlightedText: "ink",
        QPalette.ColorRole.Link: "accent_ink",
        QPalette.ColorRole.Mid: "hairline",
    }
    result = QPalette()
    for role, token in roles.items():
        result.setColor(role, QColor(colours[token]))
    return result


def look_from(preferences: PreferencesDesk) -> Look:
    """The look that was chosen at this counter; what is not understood counts as not chosen."""
    palette = preferences.get("palette", Palette.LIGHT)
    scale = preferences.get("scale", "100")
    known = palette in list(Palette) and scale in [str(s) for s in TEXT_SCALES]
    return Look(Palette(palette), int(scale)) if known else Look()


class Theme(QObject):
    """Applies a look to the program and says when it has changed."""

    changed = Signal()

    def __init__(self, app: QApplication, look: Look | None = None) -> None:
        super().__init__(app)
        self._app = app
        self.look = look or Look()
        load_fonts()
        app.setStyle(QStyleFactory.create("Fusion"))
        self.wear(self.look)

    def wear(self, look: Look) -> None:
        """Change palette and text size of every open window."""
        self.look = look
        font = QFont(FAMILY)
        font.setPixelSize(_scaled(load_tokens().type["body"], look.scale))
        self._app.setFont(font)
        self._app.setPalette(qt_palette(look.palette))
        self._app.setStyleSheet(style_sheet(look))
        space_again(self._app.topLevelWidgets())
        self.changed.emit()
