"""Which font draws which character."""

from importlib.resources import files

import pytest
from fontTools.ttLib import TTFont

from app.printing.fonts import MISSING_SORT, Face, Run, missing, printable, runs, width

FOLDER = files("resources") / "fonts"


def test_common_and_rare_characters_of_noto_are_drawn_by_noto() -> None:
    assert list(runs("王龘𣗳7號", Face.BOLD)) == [Run("NotoSansTC-Bold", "王龘𣗳7號")]


def test_a_character_that_noto_lacks_is_drawn_by_the_rare_font() -> None:
    assert list(runs("王𠀋刘明", Face.REGULAR)) == [
        Run("NotoSansTC-Regular", "王"),
        Run("TW-Sung-Rare", "𠀋刘"),
        Run("NotoSansTC-Regular", "明"),
    ]


def test_a_character_that_no_font_has_is_seen_as_a_missing_sort() -> None:
    assert list(runs("貓😀", Face.MEDIUM)) == [
        Run("NotoSansTC-Medium", "貓"),
        Run("NotoSansTC-Medium", MISSING_SORT),
    ]
    assert missing("貓😀𪚥😀") == ("😀", "𪚥")
    assert width("😀", Face.MEDIUM, 10) == width(MISSING_SORT, Face.MEDIUM, 10)


def test_all_digits_are_as_wide_as_each_other() -> None:
    for face in Face:
        assert len({width(digit, face, 10) for digit in "0123456789"}) == 1


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("按電鈴\n兩次\t後門", "按電鈴 兩次 後門"),
        ("零\u200b寬\ufeff字", "零寬字"),
        ("葛\U000e0100先生", "葛先生"),
        ("e\u0301", "é"),
        ("  前後  ", "前後"),
        ("\x07", ""),
    ],
)
def test_text_is_made_fit_for_paper_without_losing_ink(typed: str, printed: str) -> None:
    assert printable(typed) == printed


@pytest.mark.parametrize("name", [*Face, "TW-Sung-Rare"])
def test_every_character_a_font_claims_to_have_has_a_glyph(name: str) -> None:
    with TTFont(str(FOLDER / f"{name}.ttf"), lazy=True) as font:
        glyphs = font.getBestCmap()
        drawn = [
            font["glyf"][glyphs[ord(c)]] for c in "送貨單幸福氣體0123456789" if name in list(Face)
        ]
        rare = [font["glyf"][glyphs[ord(c)]] for c in "𠀋刘" if name not in list(Face)]
    assert all(glyph.numberOfContours for glyph in (*drawn, *rare))
    assert drawn or rare


def test_the_fonts_may_be_embedded_and_their_licences_stand_beside_them() -> None:
    names = {path.name for path in FOLDER.iterdir()}
    assert {"NotoSansTC-OFL.txt", "TW-Sung-Rare-OGDL.txt"} <= names
    for name in (*Face, "TW-Sung-Rare"):
        with TTFont(str(FOLDER / f"{name}.ttf"), lazy=True) as font:
            assert font["OS/2"].fsType == 0


def test_all_fonts_together_stay_under_thirty_megabytes() -> None:
    fonts = [path for path in FOLDER.iterdir() if path.name.endswith(".ttf")]
    assert sum(len(path.read_bytes()) for path in fonts) < 30_000_000
