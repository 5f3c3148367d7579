import re
from itertools import product
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QFont, QFontMetrics
from PySide6.QtWidgets import QLabel

import ui
from tests.ui.sample_desks import SamplePreferences
from ui.layouts import grid, row
from ui.theme import FAMILY, Look, Palette, Theme, colours_of, load_tokens, look_from, style_sheet

SURFACES = ("surface_0", "surface_1", "surface_2")
TONES = ("ok", "warn", "danger", "info", "accent")
READ = [
    *product(("ink", "ink_muted", "ink_faint"), SURFACES),
    *product([f"{tone}_ink" for tone in TONES], SURFACES),
    *[(f"{tone}_ink", f"{tone}_soft") for tone in TONES],
    ("ink_muted", "neutral_soft"),
    ("ink", "selection"),
    ("ink", "row"),
    ("ink_muted", "row"),
    ("on_accent", "accent"),
    ("on_accent", "accent_hover"),
    ("on_fill", "danger_fill"),
]


def luminance(colour: str) -> float:
    parts = (QColor(colour).redF(), QColor(colour).greenF(), QColor(colour).blueF())
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("palette", Palette)
@pytest.mark.parametrize(("ink", "ground"), READ)
def test_every_text_can_be_read_on_every_ground(palette: Palette, ink: str, ground: str) -> None:
    colours = colours_of(palette)
    assert contrast(colours[ink], colours[ground]) >= 4.5


@pytest.mark.parametrize("palette", Palette)
@pytest.mark.parametrize(("line", "ground"), list(product(("focus", "edge", "accent"), SURFACES)))
def test_the_focus_ring_and_the_edges_can_always_be_seen(
    palette: Palette, line: str, ground: str
) -> None:
    colours = colours_of(palette)
    assert contrast(colours[line], colours[ground]) >= 3.0


def test_every_palette_names_the_same_colours() -> None:
    palettes = load_tokens().palettes
    assert set(palettes) == {p.value for p in Palette}
    assert len({frozenset(colours) for colours in palettes.values()}) == 1


def test_the_style_sheet_grows_with_the_text_but_hairlines_stay() -> None:
    plain, large = style_sheet(Look()), style_sheet(Look(scale=150))
    assert "font-size: 15px" in plain
    assert "font-size: 22px" in large
    assert "border: 1px solid" in large
    assert "$" not in plain


def test_no_widget_names_a_colour_or_a_size_in_pixels() -> None:
    literal = re.compile(r"#[0-9a-fA-F]{6}\b|\d+px|setStyleSheet\(")
    files = [p for p in Path(ui.__file__).parent.rglob("*.py") if p.name != "theme.py"]
    assert files
    assert [p.name for p in files if literal.search(p.read_text(encoding="utf-8"))] == []


def test_digits_have_one_width() -> None:
    font = QFont(FAMILY)
    font.setPixelSize(32)
    widths = {QFontMetrics(font).horizontalAdvance(digit) for digit in "0123456789"}
    assert len(widths) == 1


def test_a_larger_text_widens_the_grid_of_layouts_that_are_already_shown(
    theme: Theme, qtbot
) -> None:
    label = QLabel()
    qtbot.addWidget(label)
    layout = row(gap=2)
    label.setLayout(layout)
    theme.wear(Look(scale=150))
    assert (grid(1), layout.spacing()) == (12, 23)


def test_a_look_that_is_not_understood_counts_as_not_chosen() -> None:
    assert look_from(SamplePreferences()) == Look()
    chosen = SamplePreferences({"palette": "dark", "scale": "125"})
    assert look_from(chosen) == Look(Palette.DARK, 125)
    assert look_from(SamplePreferences({"palette": "pink", "scale": "125"})) == Look()
    assert look_from(SamplePreferences({"scale": "huge"})) == Look()
