"""Figures by kind, from the cells of a source: what is drawn and what stands in the table are the same cells."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from markupsafe import Markup

from orchestration.reporting.pages import charts
from orchestration.reporting.pages.blocks import Figure, How, Table
from orchestration.reporting.pages.cells import Cell, quoted
from orchestration.reporting.pages.charts import Datum
from orchestration.reporting.pages.source import Source, period_label

SHORT = {
    "ips": "IPS",
    "wabz": "WABZ",
    "jobcoaching": "Jobcoaching",
    "uwv_werkfit": "UWV Werkfit",
    "uwv_naar_werk": "UWV Naar Werk",
    "other": "Overig",
    "all": "Alle trajecten",
    "non_ips": "Niet-IPS",
}
Named = tuple[str, dict[str, str]]  # what a series or group is called, and where its figures stand


class Maker:
    """Makes the figures of one page; `prefix` names them apart in the data files."""

    def __init__(self, source: Source, prefix: str) -> None:
        self.source, self.prefix = source, prefix
        self.count = 0

    def by_trajectory(self, measure: str, trajectories: Sequence[str], periods: Sequence[str], title: str) -> Figure:
        """Bars per trajectory, one for each period."""
        data = [
            Datum(SHORT[one], period_label(period), self.source.figure(period, measure, one).cell())
            for one in trajectories
            for period in periods
        ]
        shows = f"{self._name(measure)}, per soort traject"
        return self._figure(title, shows, data, partial(charts.bars), [measure], "Traject")

    def over_time(
        self, measures: Sequence[tuple[str, str]], periods: Sequence[str], title: str, unit: str, **where: str
    ) -> Figure:
        """A line for each measure (measure, name) over the periods."""
        data = [
            Datum(period_label(period), name, self.source.figure(period, measure, **where).cell())
            for measure, name in measures
            for period in periods
        ]
        shows = f"{unit[0].upper()}{unit[1:]}, per {_kind(periods)}"
        return self._figure(
            title, shows, data, partial(charts.lines, unit=unit), [one for one, _ in measures], "Periode"
        )

    def stacked(
        self, series: Sequence[tuple[str, str]], periods: Sequence[str], title: str, unit: str, **where: str
    ) -> Figure:
        """Columns of counts (measure, name) on top of one another, per period."""
        data = [
            Datum(period_label(period), name, self.source.figure(period, measure, **where).cell())
            for measure, name in series
            for period in periods
        ]
        shows = f"Aantal {unit}, per {_kind(periods)}"
        return self._figure(
            title, shows, data, partial(charts.stacks, unit=unit), [one for one, _ in series], "Periode"
        )

    def shares(
        self, measure: str, breakdown: str, groups: Sequence[tuple[str, str, str]], title: str, shows: str
    ) -> Figure:
        """Parts of a hundred of each group (name, period, trajectory), with the counts in the table."""
        categories = [one for one in self.source.categories.get((measure, breakdown), []) if one["has_share"]]
        data, counts = [], []
        for name, period, trajectory in groups:
            for one in categories:
                where = {"breakdown": breakdown, "category": one["category"]}
                share = self.source.figure(period, f"share_of_{measure}", trajectory, **where)
                if not share and not self.source.figure(period, measure, trajectory, **where):
                    continue  # a category of another year
                label = one["name_nl"]
                data.append(Datum(name, label, share.cell()))
                counted = measure if "-Q" in period or share["is_estimate"] else f"client_quarters_{measure}"
                counts.append(Datum(name, label, self.source.figure(period, counted, trajectory, **where).cell()))
        table = _table(data, "Groep", counts)
        return self._figure(title, shows, data, partial(charts.shares), [f"share_of_{measure}"], "Groep", table)

    def categories(  # noqa: PLR0913, PLR0917
        self, measure: str, breakdown: str, trajectory: str, periods: Sequence[str], title: str, shows: str
    ) -> Figure:
        """Bars of counts per category, one for each period."""
        data = [
            Datum(one["name_nl"], period_label(period), self.source.figure(
                period, measure, trajectory, breakdown=breakdown, category=one["category"]
            ).cell())
            for one in self.source.categories.get((measure, breakdown), [])
            for period in periods
            if self.source.figure(periods[-1], measure, trajectory, breakdown=breakdown, category=one["category"])
        ]  # fmt: skip
        return self._figure(title, shows, data, partial(charts.bars), [measure], "Categorie")

    def bars(self, items: Sequence[tuple[str, str, Cell]], title: str, shows: str, measures: Sequence[str]) -> Figure:
        """Bars of any cells: (group, series, cell)."""
        data = [Datum(*item) for item in items]
        return self._figure(title, shows, data, partial(charts.bars), measures, "")

    def map(self, period: str, measure: str, trajectory: str, places: dict[str, tuple[int, int]], title: str) -> Figure:
        """The regions as tiles."""
        data = [
            Datum(name, code, self.source.figure(period, measure, trajectory, region=code).cell())
            for code, name in self.source.regions.items()
            if code in places
        ]
        rows: list[tuple[str | Markup, list[Cell | Markup | str]]] = [(one.group, [one.cell]) for one in data]
        table = Table("Regio", [SHORT.get(trajectory, trajectory)], rows)
        draw = partial(charts.tiles, places=places)
        return self._figure(title, f"{self._name(measure)}, {SHORT[trajectory]}", data, draw, [measure], "Regio", table)

    def how(self, measures: Sequence[str]) -> list[How]:
        """How each measure is computed."""
        return [
            How(
                quoted("dim_indicators", measure, "name_nl", row["name_nl"]),
                quoted("dim_indicators", measure, "definition_nl", row["definition_nl"]),
                quoted("dim_indicators", measure, "formula_nl", row["formula_nl"]),
                measure,
            )
            for measure in dict.fromkeys(measures)
            if (row := self.source.indicators.get(measure))
        ]

    def _figure(  # noqa: PLR0913, PLR0917
        self, title: str, shows: str, data: list[Datum], draw: partial[dict[str, Any]],
        measures: Sequence[str], heading: str, table: Table | None = None,
    ) -> Figure:  # fmt: skip
        self.count += 1
        name = f"{self.prefix}-figuur-{self.count}"
        return Figure(
            name, f"Figuur {self.count}. {title}", shows, data, draw, table or _table(data, heading), self.how(measures)
        )

    def _name(self, measure: str) -> str:
        return str(self.source.indicators.get(measure, {}).get("name_nl", measure))


def _table(data: Sequence[Datum], heading: str, beside: Sequence[Datum] = ()) -> Table:
    """The cells of a drawing by group and series; `beside`: other cells of the same places, after each."""
    columns = list(dict.fromkeys(one.series for one in data))
    cells: dict[str, dict[str, list[Cell]]] = {}
    for one in (*data, *beside):
        cells.setdefault(one.group, {}).setdefault(one.series, []).append(one.cell)
    rows: list[tuple[str | Markup, list[Cell | Markup | str]]] = []
    for group, found in cells.items():
        rows.append((group, [_beside(found.get(column, [])) for column in columns]))
    return Table(heading, columns, rows)


def _beside(cells: Sequence[Cell]) -> Cell | Markup:
    if len(cells) == 1:
        return cells[0]
    if not cells:
        return Markup("")
    return Markup("{} <small>({})</small>").format(*cells)


def _kind(periods: Sequence[str]) -> str:
    return (
        "kwartaal"
        if all("-Q" in one for one in periods)
        else "halfjaar"
        if all("-H" in one for one in periods)
        else "jaar"
    )
