"""A number, nought, hidden, unknown and what does not apply never look alike."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from orchestration.reporting.pages.cells import Cell, plain, written
from orchestration.reporting.pages.drawing import with_ids
from orchestration.reporting.pages.source import Line
from tests.support import traced_pages


def line(**row: object) -> Line:
    return Line("figures", "2024/national/-/-/ips/pct_paid_work/-/-", row, 1, 10)


def test_each_state_has_a_look_of_its_own() -> None:
    states = {status: Cell("figures", "k", "value", None, status) for status in ("hidden", "unknown", "no_base")}
    shown = {status: cell.text for status, cell in states.items()}
    shown |= {"nought": Cell("figures", "k", "value", 0).text, "number": Cell("figures", "k", "value", 7).text}
    assert len(set(shown.values())) == len(shown)
    assert len({str(Markup("{}").format(cell)) for cell in states.values()}) == 3


def test_a_number_bears_its_cell_and_a_hidden_one_no_value() -> None:
    cell = Cell("figures", "2025-Q1/national", "value", 4156)
    assert str(Markup("{}").format(cell)) == (
        '<data value="4156" data-cell="figures/2025-Q1/national#value">4.156</data>'
    )
    hidden = Cell("figures", "k", "value", None, "hidden")
    assert 'value=""' in str(Markup("{}").format(hidden))
    assert "afgeschermd" in str(Markup("{}").format(hidden))


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (4156, 0, "4.156"),
        (58.05, 1, "58,1"),
        (0.05, 1, "0,1"),
        (2.5, 0, "3"),
        (-1234.5, 1, "−1.234,5"),
        (0, 0, "0"),
        (1e6, 0, "1.000.000"),
    ],
)
def test_numbers_are_written_as_on_paper(value: float, decimals: int, text: str) -> None:
    assert written(value, decimals) == text


@given(st.floats(-1e7, 1e7, allow_nan=False), st.integers(0, 1))
def test_numbers_are_written_as_the_second_pair_of_eyes_writes_them(value: float, decimals: int) -> None:
    assert written(value, decimals) == traced_pages._dutch(value, decimals)


def test_a_percentage_of_few_is_told_in_numbers_and_in_a_public_region_not_at_all() -> None:
    few = line(value=57.1, numerator=4, denominator=7, unit="percent", status="known").cell()
    assert few.text == "4 van 7"
    assert "#numerator" in str(Markup("{}").format(few))
    assert not few.is_known
    region = line(value=57.1, numerator=None, denominator=7, unit="percent", status="known").cell()
    assert (region.text, region.why) == ("×", "kleine basis")
    enough = line(value=57.1, numerator=8, denominator=14, unit="percent", status="known").cell()
    assert enough.text == "57,1 %"


def test_a_row_or_column_that_is_not_there_is_unknown_and_bears_no_cell() -> None:
    for missing in (line().cell(), line(value=1, unit="count", status="known").cell("pairs")):
        assert missing.text == "onbekend"
        assert "data-cell" not in str(Markup("{}").format(missing))


def test_nought_is_a_number() -> None:
    assert plain(0) == "0"
    assert plain(None) == ""
    assert Cell("figures", "k", "value", 0).is_known


def test_the_ids_of_a_drawing_are_its_own() -> None:
    svg = '<g id="clip7"/><use href="#clip7"/><path clip-path="url(#clip9)"/><clipPath id="clip9"/>'
    assert with_ids(svg, "a") == '<g id="a-1"/><use href="#a-1"/><path clip-path="url(#a-2)"/><clipPath id="a-2"/>'
