"""The page of a year: what was offered, what came of it, and where; with the half-years in an annex.

Replaces figures 1.1–2.4, B1.1–B2.2, Tabel 1.4 and Tabel 3.1 of the annual report.
"""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from orchestration.reporting.pages.blocks import Block, Facts, Links, Listing, Note, Page, Section, Table, Text
from orchestration.reporting.pages.cells import Cell
from orchestration.reporting.pages.making import SHORT, Maker
from orchestration.reporting.pages.quarter import DIFFERENT, STATUS, YEAR_STATUS
from orchestration.reporting.pages.source import TRAJECTORIES, Source, period_label
from orchestration.reporting.pages.words import Words

WORKING = ("ips", "wabz", "other")  # the trajectories that register paid work
UNPAID = ("unpaid_trial_placement", "unpaid_volunteer_or_work_experience", "unpaid_day_activity", "in_education")
CAVEAT = (
    "Regio’s zijn niet met elkaar te vergelijken: zij verschillen in omvang, in het aantal aanbieders en in hoe lang "
    "begeleiding er al wordt aangeboden. Lees de tabel niet als ranglijst."
)
LATER = (
    "WABZ, jobcoaching en overige trajecten worden pas vanaf het derde kwartaal van 2023 geteld: "
    "2023 valt daardoor lager uit."
)
Rows = list[tuple[str | Markup, list[Cell | Markup | str]]]


def page(source: Source, words: Words, year: str) -> Page:
    """The page of one year."""
    return _Year(source, words, year).page()


class _Year:
    def __init__(self, source: Source, words: Words, year: str) -> None:
        self.source, self.words, self.year = source, words, year
        self.maker = Maker(source, f"jaar-{year}")
        before = source.periods[year]["previous_period"]
        self.beside = [one for one in (before, year) if one in source.periods]
        self.halves = [one for one in source.of_type("half_year") if one[:4] in self.beside]
        self.there = [one for one in TRAJECTORIES if source.figure(year, "clients_active", one)]

    def page(self) -> Page:
        now = self.source.figure(self.year, "clients_active")
        labels = [STATUS.get(now["period_status"], ""), YEAR_STATUS.get(now["year_status"], "")]
        sections = [self._offered(), self._outcomes(), self._regions(), self._annex()]
        return Page(
            path=f"jaar/{self.year}.html",
            title=f"De werkmonitor over {self.year}",
            lead=self._lead(),
            sections=[one for one in sections if one.blocks],
            labels=[one for one in labels if one],
            group="jaar",
        )

    def _lead(self) -> list[Block]:
        now, ips = (self.source.figure(self.year, "clients_active", one) for one in ("all", "ips"))
        text = Markup("In {} werden {} cliënten begeleid in een lopend traject, van wie {} met IPS.").format(
            self.year, now.cell(), ips.cell()
        )
        quarters = [one for one in self.source.of_type("quarter") if one.startswith(self.year)]
        unfinished = len(quarters) < 4
        blocks: list[Block] = [Text(Markup(" ").join([text, self.words.sentence(self.year, "clients_active", "all")]))]
        if unfinished:
            names = ", ".join(period_label(one) for one in quarters)
            blocks.append(
                Note(f"Het jaar is niet af: het bevat alleen {names}. Het is niet met een heel jaar te vergelijken.")
            )
        if "2023" in self.beside:
            blocks.append(Note(LATER))
        return [*blocks, self._facts()]

    def _facts(self) -> Facts:
        figure = self.source.figure
        ended = figure(self.year, "pct_ended_with_result").cell()
        paid = figure(self.year, "pct_paid_work", "ips_wabz_other")
        paid = paid if paid else figure(self.year, "pct_paid_work")
        of = Markup("{} van {} bij IPS, WABZ en overig").format(paid.cell("numerator"), paid.cell("denominator"))
        return Facts([
            (figure(self.year, "clients_active").cell(), "lopende trajecten", Markup()),
            (figure(self.year, "clients_started").cell(), "gestart", Markup()),
            (figure(self.year, "clients_ended").cell(), "beëindigd", Markup("{} met beoogd resultaat").format(ended)),
            (paid.cell(), "had betaald werk", of if paid.cell("numerator").is_known else Markup()),
        ])  # fmt: skip

    def _offered(self) -> Section:
        by = self.maker.by_trajectory
        return Section("Aanbod", [
            by("clients_active", self.there, self.beside, "Lopende trajecten"),
            Note(DIFFERENT),
            *self._said("clients_active"),
            by("clients_started", self.there, self.beside, "Gestarte trajecten"),
            *self._said("clients_started"),
            *self._funding(self.beside),
            *self._ended(self.beside),
            self._with_result(),
        ])  # fmt: skip

    def _said(self, measure: str) -> list[Block]:
        return [
            Text(Markup("{}: {}. {}").format(SHORT[one], self.source.figure(self.year, measure, one).cell(), sentence))
            for one in self.there
            if (sentence := self.words.sentence(self.year, measure, one))
        ]

    def _funding(self, periods: Sequence[str]) -> list[Block]:
        groups = [
            (f"{SHORT[one]} {period_label(period)}", period, one)
            for one in self.there
            for period in periods
            if self.source.figure(period, "clients_active", one, breakdown="funding", category="uwv").cell().value
            is not None
        ]
        shows = "Aandeel van de lopende trajecten; het aantal is een schatting over de periode"
        return [self.maker.shares("clients_active", "funding", groups, "Financiering", shows)] if groups else []

    def _ended(self, periods: Sequence[str]) -> list[Block]:
        names = (("ended_with_result", "met beoogd resultaat"), ("ended_without_result", "zonder"))
        items = [
            (f"{SHORT[one]} {period_label(period)}", name, self.source.figure(period, measure, one).cell())
            for one in self.there
            for period in periods
            for measure, name in names
        ]
        title, shows = "Beëindigd met en zonder beoogd resultaat", "Aantal beëindigde trajecten"
        return [self.maker.bars(items, title, shows, [measure for measure, _ in names])]

    def _with_result(self) -> Listing:
        rows: Rows = [
            (SHORT[one], [self._of(self.source.figure(period, "pct_ended_with_result", one)) for period in self.beside])
            for one in self.there
        ]
        table = Table("Met beoogd resultaat", [period_label(one) for one in self.beside], rows)
        return Listing(f"jaar-{self.year}-beeindigd-met-resultaat", table)

    @staticmethod
    def _of(line: object) -> Markup:
        """A percentage with the numbers that it is made of."""
        share = line.cell()  # type: ignore[attr-defined]
        if share.is_small or not share.is_known:
            return Markup("{}").format(share)
        above, below = line.cell("numerator"), line.cell("denominator")  # type: ignore[attr-defined]
        return (
            Markup("{} <small>({} van {})</small>").format(share, above, below)
            if above.is_known
            else Markup("{}").format(share)
        )

    def _outcomes(self) -> Section:
        there = [one for one in WORKING if one in self.there]
        return Section("Resultaten", [
            *self._paid(there, self.beside),
            *self._moves(there, self.beside),
            *self._durations(),
            *self._unpaid(there),
        ])  # fmt: skip

    def _paid(self, there: Sequence[str], periods: Sequence[str]) -> list[Block]:
        names = (("paid_work", "betaald werk"), ("durable_paid_work", "waarvan duurzaam"))
        items = [
            (f"{SHORT[one]} {period_label(period)}", name, self.source.figure(period, measure, one).cell())
            for one in there
            for period in periods
            for measure, name in names
        ]
        shows = "Aantal cliënten; duurzaam is over een periode een schatting"
        return (
            [self.maker.bars(items, "Betaald werk en duurzaam betaald werk", shows, [one for one, _ in names])]
            if items
            else []
        )

    def _moves(self, there: Sequence[str], periods: Sequence[str]) -> list[Block]:
        names = (("started_paid_work", "gestart"), ("stopped_paid_work", "gestopt"))
        items = [
            (f"{SHORT[one]} {period_label(period)}", name, self.source.figure(period, measure, one).cell())
            for one in there
            for period in periods
            for measure, name in names
        ]
        title = "Gestart en gestopt met betaald werk"
        return [self.maker.bars(items, title, "Aantal cliënten", [one for one, _ in names])] if items else []

    def _durations(self) -> list[Block]:
        groups = [(period_label(one), one, "jobcoaching") for one in self.beside]
        if not self.source.figure(
            self.year, "share_of_job_duration", "jobcoaching", breakdown="duration", category="lt_6_months"
        ):
            return []
        shows = "Jobcoaching: aandeel van de cliënten van wie de duur bekend is"
        return [self.maker.shares("job_duration", "duration", groups, "Duur van het dienstverband", shows)]

    def _unpaid(self, there: Sequence[str]) -> list[Block]:
        items = [
            (f"{SHORT[one]}: {self.source.indicators[measure]['name_nl'].lower()}", period_label(period), cell)
            for one in there
            for measure in UNPAID
            for period in self.beside
            if (cell := self.source.figure(period, measure, one).cell()).status not in {"not_registered", "unknown"}
        ]
        shows = "Onbetaald werk: gemiddeld per kwartaal; opleiding: cliënten in het jaar"
        return [self.maker.bars(items, "Onbetaald werk en opleiding", shows, UNPAID)] if items else []

    def _regions(self) -> Section:
        columns = [
            f"{name} {period_label(period)}" for name in ("IPS lopend", "overig lopend") for period in self.beside
        ]
        columns += [
            f"{name} {period_label(period)}" for name in ("IPS gestart", "overig gestart") for period in self.beside
        ]
        columns += [f"met resultaat {period_label(period)}" for period in self.beside] + ["aanbieders"]
        rows: Rows = []
        for code, name in self.source.regions.items():
            cells: list[Cell | Markup | str] = [
                self.source.figure(period, measure, trajectory, region=code).cell()
                for measure in ("clients_active", "clients_started")
                for trajectory in ("ips", "non_ips")
                for period in self.beside
            ]
            cells += [self.source.figure(period, "pct_ended_with_result", region=code).cell() for period in self.beside]
            cells.append(self.source.figure(self.year, "organisations", region=code).cell())
            if any(isinstance(cell, Cell) and cell.key for cell in cells):
                rows.append((Markup('<a href="../regio/{}.html">{}</a>').format(code, name), cells))
        if not rows:
            return Section("Per arbeidsmarktregio", [])
        listing = Listing(f"jaar-{self.year}-regios", Table("Regio", columns, rows))
        return Section(
            "Per arbeidsmarktregio", [Note(CAVEAT), listing, Links([("regio/index.html", "De regio’s op de kaart")])]
        )

    def _annex(self) -> Section:
        if not self.halves:
            return Section("Per halfjaar", [])
        by = self.maker.by_trajectory
        there = [one for one in WORKING if one in self.there]
        return Section("Per halfjaar", [
            by("clients_active", self.there, self.halves[-3:], "Lopende trajecten per halfjaar"),
            by("clients_started", self.there, self.halves[-3:], "Gestarte trajecten per halfjaar"),
            *self._funding(self.halves[-2:]),
            *self._paid(there, self.halves),
            *self._moves(there, self.halves),
        ])  # fmt: skip
