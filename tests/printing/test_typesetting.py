"""Text in columns: never too wide, never lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.printing.fonts import Face, printable
from app.printing.typesetting import Type, block, sentence, shrunk, wrapped

BODY = Type(Face.REGULAR, 10)
TEXTS = st.text(
    st.one_of(
        st.sampled_from("信義路五段七號樓，。、（）「」王龘𣗳𠀋刘😀ＡB2-17 #…"),
        st.characters(max_codepoint=0x2FFFF, exclude_categories=["Cs"]),
    ),
    max_size=120,
).map(printable)
COLUMNS = st.floats(30, 300)


@given(TEXTS, COLUMNS)
def test_no_line_is_wider_than_its_column(text: str, column: float) -> None:
    assert all(BODY.width(line) <= column + 0.001 for line in wrapped(text, BODY, column))


@given(TEXTS, COLUMNS)
def test_wrapping_keeps_every_character(text: str, column: float) -> None:
    kept = "".join("".join(wrapped(text, BODY, column)).split())
    assert kept == "".join(text.split())


@given(TEXTS, COLUMNS)
def test_a_sentence_fits_its_column_as_well(text: str, column: float) -> None:
    fitted = sentence(text, BODY, column, 2, 6)
    assert all(fitted.type.width(line) <= column + 0.001 for line in fitted.lines)


@given(TEXTS, COLUMNS, st.integers(1, 4))
def test_a_block_is_never_higher_than_four_times_its_lines(
    text: str, column: float, lines: int
) -> None:
    fitted = block(text, Type(Face.BOLD, 14), column, lines, 8)
    assert len(fitted.lines) <= 4 * lines
    assert 8 <= fitted.type.size <= 14
    assert len(fitted.lines) <= lines or fitted.type.size == 8
    assert all(fitted.type.width(line) <= column + 0.001 for line in fitted.lines)


@pytest.mark.parametrize(
    ("text", "column", "lines"),
    [
        ("信義路五段7號3樓", 80, ("信義路五段7號", "3樓")),
        ("請先打電話，謝謝", 50, ("請先打電", "話，謝謝")),
        ("送到後門（左邊）", 52, ("送到後門", "（左邊）")),
        ("資源回收場）、後門", 62, ("資源回收", "場）、後門")),
        ("Call before arrival", 60, ("Call before", "arrival")),
    ],
)
def test_lines_break_as_a_reader_expects(text: str, column: float, lines: tuple[str]) -> None:
    assert wrapped(text, BODY, column) == lines


def test_a_sentence_breaks_between_its_phrases() -> None:
    fitted = sentence("20公斤兩桶、下午、收空桶兩支", BODY, 92, 2, 8)
    assert fitted.lines == ("20公斤兩桶、下午、", "收空桶兩支")


def test_text_too_long_for_any_block_ends_in_a_visible_ellipsis() -> None:
    fitted = block("很" * 500, BODY, 50, 1, 8)
    assert len(fitted.lines) == 4
    assert fitted.lines[-1].endswith("很…")


@given(TEXTS, COLUMNS)
def test_shrinking_stops_at_the_smallest_size(text: str, column: float) -> None:
    kind = shrunk(text, BODY, column, 6)
    assert kind.size >= 6
    assert kind.width(text) <= column or kind.size == 6
