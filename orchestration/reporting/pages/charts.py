"""The drawings: Altair specifications in one theme. Each takes what the table beside it shows, and nothing else.

A drawing is made at two widths, chosen by the style sheet; a number in it is the text of a cell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

from orchestration.reporting.pages.cells import Cell

WIDE, NARROW = 640, 340  # pixels, of the whole drawing
FONT = "Inter"
INK, SOFT, LINE = "#1b2b40", "#5b6b7f", "#d5dce4"
# told apart by colour-blind readers, and by their lightness on a grey printer
SERIES = ("#154273", "#a9b9cc", "#e17000", "#5a9a3c", "#7d3c98", "#f0c75e")
PAST_TO_NOW = ("#c3cfdd", "#7d96be", "#154273")
SEQUENCE = ("#e3ebf4", "#b5cbe3", "#7da4cc", "#3f76ad", "#154273")
SHADES = (0.08, 0.2, 0.35, 0.6)
DASHES = ([1, 0], [6, 3], [2, 2], [8, 3, 2, 3])
BAR, GAP = 15, 12
ROOM_OF_A_LABEL = 0.065  # of the height of a drawing of lines
THEME: dict[str, Any] = {
    "font": FONT,
    "background": None,
    "view": {"stroke": None},
    "axis": {
        "labelFont": FONT,
        "labelFontSize": 12,
        "labelColor": INK,
        "titleFont": FONT,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "titleColor": SOFT,
        "gridColor": LINE,
        "domainColor": SOFT,
        "tickColor": SOFT,
        "labelLimit": 220,
    },
    "legend": {
        "labelFont": FONT,
        "labelFontSize": 12,
        "labelColor": INK,
        "title": None,
        "orient": "top",
        "symbolType": "square",
        "labelLimit": 300,
        "offset": 6,
    },
    "text": {"font": FONT, "fontSize": 12, "color": INK},
    "header": {"labelFont": FONT, "labelFontSize": 12, "title": None},
}


@dataclass(frozen=True)
class Datum:
    """One mark: where it stands (group and series) and the cell that it shows."""

    group: str
    series: str
    cell: Cell

    def as_dict(self) -> dict[str, Any]:
        number = self.cell.value if self.cell.is_known else None
        return {"group": self.group, "series": self.series, "value": number, "text": self.cell.text}


Spec = dict[str, Any]


def bars(data: Sequence[Datum], width: int) -> Spec:
    """Horizontal bars, per group one for each series, with their numbers; what has no number says why at its place."""
    groups, series = _ordered(data)
    base = _base(data).encode(
        y=alt.Y("group:N", sort=groups, title=None, axis=alt.Axis(domain=False, ticks=False, labelPadding=8)),
        yOffset=alt.YOffset("series:N", sort=series),
    )
    marks = base.mark_bar(height=BAR - 3).encode(
        x=alt.X("value:Q", axis=None, scale=alt.Scale(domainMin=0)), color=_color(series, PAST_TO_NOW[-len(series) :])
    )
    labels = base.transform_calculate(at="datum.value == null ? 0 : datum.value").mark_text(align="left", dx=4)
    chart = marks + labels.encode(x=alt.X("at:Q"), text="text:N")
    longest = max((len(one.cell.text) for one in data), default=0)
    return _finished(chart.properties(height=len(groups) * (BAR * len(series) + GAP)), width, right=7 * longest + 8)


def lines(data: Sequence[Datum], width: int, unit: str) -> Spec:
    """One line for each series over the groups (periods); where a number is missing the line stops."""
    groups, series = _ordered(data)
    base = _base(data).encode(
        x=alt.X("group:N", sort=groups, title=None, scale=alt.Scale(padding=0.3), axis=_periods(groups, width)),
        y=alt.Y(
            "value:Q", title=unit, scale=alt.Scale(zero=True, nice=True), axis=alt.Axis(tickCount=5, format=",.0f")
        ),
    )
    colors = [_dark(one) for one in SERIES[: len(series)]]
    dashes = alt.Scale(domain=series, range=list(DASHES[: len(series)]))
    stroke = base.mark_line(strokeWidth=2.2, invalid="break-paths-show-domains").encode(
        color=_color(series, colors), strokeDash=alt.StrokeDash("series:N", sort=series, scale=dashes, legend=None)
    )
    points = base.mark_circle(size=34, opacity=1, invalid="filter").encode(color=_color(series, colors))
    ends = (
        alt.Chart(alt.InlineData(_ends(data, series)))
        .mark_text(align="left", dx=7, fontWeight="bold")
        .encode(x=alt.X("group:N", sort=groups), y="at:Q", text="text:N", color=_color(series, colors))
    )
    return _finished((stroke + points + ends).properties(height=230), width, right=44)


def stacks(data: Sequence[Datum], width: int, unit: str) -> Spec:
    """Columns of stacked counts over the groups (periods)."""
    groups, series = _ordered(data)
    chart = (
        _base(data)
        .mark_bar()
        .encode(
            x=alt.X("group:N", sort=groups, title=None, axis=_periods(groups, width)),
            y=alt.Y("value:Q", title=unit, stack="zero", axis=alt.Axis(tickCount=5, format=",.0f")),
            color=_color(series, SERIES[: len(series)]),
            order=alt.Order("rank:Q"),
        )
        .transform_calculate(rank=f"indexof({series!r}, datum.series)")
    )
    return _finished(chart.properties(height=230), width)


def shares(data: Sequence[Datum], width: int) -> Spec:
    """Horizontal bars of percentages that add up to a hundred, per group; the percentage stands in its part."""
    groups, series = _ordered(data)
    colors = SERIES[: len(series)]
    base = (
        _base(data)
        .transform_calculate(rank=f"indexof({series!r}, datum.series)")
        .encode(
            y=alt.Y("group:N", sort=groups, title=None, axis=alt.Axis(domain=False, ticks=False, labelPadding=8)),
            x=alt.X("value:Q", stack="zero", axis=None, scale=alt.Scale(domain=[0, 100])),
            order=alt.Order("rank:Q"),
        )
    )
    fits = f"datum.value >= {8 if width >= WIDE else 15}"
    marks = base.mark_bar(height=26).encode(color=_color(series, colors))
    labels = (
        base.transform_filter(fits)
        .mark_text(dx=-6, align="right", fontWeight="bold")
        .encode(
            text="text:N",
            color=alt.Color(
                "series:N", scale=alt.Scale(domain=series, range=[_on(one) for one in colors]), legend=None
            ),
        )
    )
    layered = alt.layer(marks, labels).resolve_scale(color="independent")
    return _finished(layered.properties(height=len(groups) * 34), width)


def _base(data: Sequence[Datum]) -> alt.Chart:
    return alt.Chart(alt.InlineData([one.as_dict() for one in data]))


def _ordered(data: Sequence[Datum]) -> tuple[list[str], list[str]]:
    """The groups and the series, as they come."""
    return list(dict.fromkeys(one.group for one in data)), list(dict.fromkeys(one.series for one in data))


def _color(series: list[str], colors: Sequence[str]) -> alt.Color:
    legend = alt.Legend(columns=0) if len(series) > 1 else None
    return alt.Color("series:N", sort=series, scale=alt.Scale(domain=series, range=list(colors)), legend=legend)


def _periods(groups: list[str], width: int) -> alt.Axis:
    """On a phone every other period has its name."""
    shown = groups if width >= WIDE or len(groups) < 6 else groups[(len(groups) + 1) % 2 :: 2]
    names = " : ".join(f"datum.value == {one!r} ? {one.split(' ')!r}" for one in shown)
    return alt.Axis(labelAngle=0, labelExpr=f"{names} : ''" if names else "''", ticks=False, labelPadding=6)


def _ends(data: Sequence[Datum], series: list[str]) -> list[dict[str, Any]]:
    """The last number of each line, moved apart where two would stand on one another."""
    found = []
    for name in series:
        known = [one for one in data if one.series == name and one.cell.is_known]
        found += [one.as_dict() for one in known[-1:]]
    apart = max((one.cell.value or 0 for one in data if one.cell.is_known), default=0) * ROOM_OF_A_LABEL
    at = float("-inf")
    for one in sorted(found, key=lambda one: one["value"]):
        at = one["at"] = max(one["value"], at + apart)
    return found


def _dark(color: str) -> str:
    """As text on white: dark enough to be read."""
    return {"#e17000": "#a85400", "#a9b9cc": "#5b6b7f", "#5a9a3c": "#356a1e", "#f0c75e": "#7d6208"}.get(color, color)


def _on(color: str) -> str:
    """A colour for text on that one."""
    return INK if color in {"#a9b9cc", "#f0c75e", "#e17000"} else "#ffffff"


def _finished(chart: alt.LayerChart | alt.Chart, width: int, right: int = 2) -> Spec:
    """`right`: the room for text that stands outside the marks there."""
    spec: Spec = chart.to_dict()
    padding = {"left": 2, "right": right, "top": 2, "bottom": 2}
    spec |= {"config": THEME, "width": width, "padding": padding, "autosize": {"type": "fit-x", "contains": "padding"}}
    return spec


def tiles(data: Sequence[Datum], width: int, places: dict[str, tuple[int, int]]) -> Spec:
    """The regions as tiles of one size, placed as on the map: darker for more, white for nought, dashed for no number.

    A datum's group is the region's name, its series the region's code.
    """
    side = width / (1 + max(column for column, _ in places.values()))
    marks = []
    for one in data:
        column, row = places[one.series]
        name = _name_of_tile(one.group, 12, 3) if width >= WIDE else _name_of_tile(one.group, 7, 1)
        marks.append(one.as_dict() | {"x": column, "y": row, "name": name, "is_none": not one.cell.is_known})
    base = alt.Chart(alt.InlineData(marks)).encode(
        x=alt.X("x:O", axis=None, scale=alt.Scale(paddingInner=0.06, paddingOuter=0)),
        y=alt.Y("y:O", axis=None, scale=alt.Scale(paddingInner=0.06, paddingOuter=0)),
    )
    known = [one.cell.value for one in data if one.cell.is_known and one.cell.value]
    top = max(known, default=1)
    shade = alt.Scale(type="threshold", domain=[1, *(top * part for part in SHADES)], range=["#ffffff", *SEQUENCE])
    rects = base.mark_rect(stroke=SOFT, strokeWidth=0.8, cornerRadius=3, invalid="show").encode(
        color=alt.condition("datum.is_none", alt.value("#ffffff"), alt.Color("value:Q", scale=shade, legend=None)),
        strokeDash=alt.condition("datum.is_none", alt.value([3, 3]), alt.value([1, 0])),
    )
    ink = alt.condition(f"datum.value >= {top * SHADES[2]}", alt.value("#ffffff"), alt.value(INK))
    names = base.mark_text(dy=-side * 0.24, fontSize=side / (8.4 if width >= WIDE else 5.6), lineBreak="\n").encode(
        text="name:N", color=ink
    )
    numbers = base.mark_text(dy=side * 0.26, fontWeight="bold").encode(
        text="text:N",
        color=ink,
        size=alt.condition("datum.is_none && datum.text != '×'", alt.value(side / 7), alt.value(side / 5)),
    )
    height = side * (1 + max(row for _, row in places.values()))
    return _finished((rects + names + numbers).properties(height=height), width)


def _name_of_tile(name: str, most: int, most_lines: int) -> str:
    """A name over the lines of a tile, each part cut where it does not fit."""
    words = name.replace("-", "- ").split()
    lines: list[str] = []
    for word in words:
        piece = word if len(word) <= most else word[: most - 1] + "."
        if lines and len(lines[-1]) + len(piece) < most:
            lines[-1] = f"{lines[-1]}{'' if lines[-1].endswith('-') else ' '}{piece}"
        else:
            lines.append(piece)
    return "\n".join(lines[:most_lines])
