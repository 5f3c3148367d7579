"""Bundled Lucide icons, drawn in whatever colour the place asks for."""

from functools import lru_cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

import resources

_FOLDER = Path(resources.__file__).parent / "icons"


@lru_cache(maxsize=512)
def tinted(name: str, colour: str, pixels: int, ratio: float = 1.0) -> QPixmap:
    """The icon in `colour` (#AARRGGBB), `pixels` wide, sharp at the device pixel `ratio`."""
    svg = (_FOLDER / f"{name}.svg").read_text(encoding="utf-8")
    plain = QColor(colour)
    painted = svg.replace("currentColor", plain.name(QColor.NameFormat.HexRgb))
    pixmap = QPixmap(round(pixels * ratio), round(pixels * ratio))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setOpacity(plain.alphaF())
    renderer = QSvgRenderer(QByteArray(painted.encode()))
    renderer.render(painter, QRectF(pixmap.rect()))
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


def draw_icon(painter: QPainter, name: str, colour: QColor, box: QRectF) -> None:
    """Draw the icon centred in `box`, as large as its height."""
    side = round(min(box.width(), box.height()))
    ratio = painter.device().devicePixelRatioF()
    pixmap = tinted(name, colour.name(QColor.NameFormat.HexArgb), side, ratio)
    painter.drawPixmap(
        round(box.center().x() - side / 2), round(box.center().y() - side / 2), pixmap
    )
