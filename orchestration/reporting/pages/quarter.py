"""The page of a quarter: all trajectories, then each by itself, against the quarter before and a year before.

Replaces figures 1–12 of the quarterly report, and figures 1–3 and B1–B2 of that of 2022-Q4.
"""

from __future__ import annotations

from markupsafe import Markup

from orchestration.reporting.pages.blocks import Block, Facts, Note, Page, Section, Text
from orchestration.reporting.pages.cells import Cell
from orchestration.reporting.pages.making import SHORT, Maker
from orchestration.reporting.pages.source import TRAJECTORIES, Source, period_label, period_words
from orchestration.reporting.pages.words import Words, listed

DIFFERENT = "De trajecten verschillen in doel, doelgroep en beoogd resultaat; vergelijk ze niet onderling."
FLOW = (("clients_active", "Lopend"), ("clients_started", "Gestart"), ("clients_ended", "Beëindigd"))
OUTFLOW = (("ended_with_result", "met beoogd resultaat"), ("ended_without_result", "zonder beoogd resultaat"))
WORK = (
    ("pct_ever_paid_work", "ooit tijdens het traject"),
    ("pct_paid_work", "betaald werk"),
    ("pct_durable_paid_work", "duurzaam betaald werk"),
)
STATUS = {"provisional": "voorlopig", "complete": "compleet"}
YEAR_STATUS = {"open": "", "closed": "afgesloten", "revised": "herzien"}


def page(source: Source, words: Words, quarter: str) -> Page:
    """The page of one quarter."""
    return _Quarter(source, words, quarter).page()


class _Quarter:
    def __init__(self, source: Source, words: Words, quarter: str) -> None:
        self.source, self.words, self.quarter = source, words, quarter
        self.maker = Maker(source, f"kwartaal-{quarter}")
        row = source.periods[quarter]
        shown = [row["same_period_last_year"], row["previous_period"], quarter]
        self.beside = [one for one in shown if one in source.periods]
        self.until = [one for one in source.of_type("quarter") if one <= quarter]

    def page(self) -> Page:
        sections = [self._all_together(), *(self._trajectory(one) for one in TRAJECTORIES if self._is_there(one))]
        status = self.source.figure(self.quarter, "clients_active")["period_status"]
        return Page(
            path=f"kwartaal/{self.quarter}.html",
            title=f"De werkmonitor over {period_words(self.quarter)}",
            lead=self._lead(),
            sections=sections,
            labels=[STATUS[status]] if status else [],
            group="kwartaal",
        )

    def _lead(self) -> list[Block]:
        now = self.source.figure(self.quarter, "clients_active")
        ips = self.source.figure(self.quarter, "clients_active", "ips")
        share = self.source.figure(self.quarter, "pct_of_all_trajectories", "ips")
        said = Markup("In {} werden {} mensen met psychische problemen begeleid naar betaald werk").format(
            period_words(self.quarter), now.cell()
        )
        if ips.cell().is_known:
            part = Markup(" ({})").format(share.cell()) if share.cell().is_known else Markup()
            said += Markup(", van wie {}{} met IPS").format(ips.cell(), part)
        text = Markup(" ").join([said + ".", self.words.sentence(self.quarter, "clients_active", "all")])
        providers = self.source.figure(self.quarter, "organisations").cell()
        who = Markup("De cijfers komen van {} {}.").format(providers, self.words.counted("organisations", providers))
        return [Text(text), self._facts(), Text(Markup(" ").join([who, self.words.coverage(now)]))]

    def _facts(self) -> Facts:
        def cell(measure: str) -> Cell:
            return self.source.figure(self.quarter, measure).cell()

        ended = Markup("{} ({}) met beoogd resultaat").format(cell("ended_with_result"), cell("pct_ended_with_result"))
        paid = self.source.figure(self.quarter, "pct_paid_work_all_trajectories")
        of = Markup("{} van {}").format(paid.cell("numerator"), paid.cell("denominator"))
        return Facts([
            (cell("clients_active"), "lopende trajecten", Markup()),
            (cell("clients_started"), "gestart", Markup()),
            (cell("clients_ended"), "beëindigd", ended if cell("ended_with_result").is_known else Markup()),
            (paid.cell(), "had betaald werk", of if paid.cell("numerator").is_known else Markup()),
        ])  # fmt: skip

    def _all_together(self) -> Section:
        there = [one for one in TRAJECTORIES if self._is_there(one)]
        return Section(
            "Alle trajecten",
            [
                self.maker.by_trajectory("clients_active", there, self.beside, "Lopende trajecten"),
                Note(DIFFERENT),
                *self._texts((one, "clients_active") for one in there),
                self.maker.over_time(
                    [("clients_active", "lopend"), ("clients_started", "gestart"), ("clients_ended", "beëindigd")],
                    self.until, "Lopende, gestarte en beëindigde trajecten", "aantal cliënten",
                ),
            ],
        )  # fmt: skip

    def _texts(self, pairs: object) -> list[Block]:
        """What changed of each, as far as it can be said, in one paragraph."""
        said = []
        for trajectory, measure in pairs:  # type: ignore[attr-defined]  # a generator of pairs
            if sentence := self.words.sentence(self.quarter, measure, trajectory):
                cell = self.source.figure(self.quarter, measure, trajectory).cell()
                said.append(Markup("{}: {}. {}").format(SHORT[trajectory], cell, sentence))
        return [Text(one) for one in said]

    def _trajectory(self, trajectory: str) -> Section:
        blocks: list[Block] = [
            self._flow(trajectory),
            *self._funding(trajectory),
            *self._type(trajectory),
            *self._work(trajectory),
            *self._first_job(trajectory),
            *self._duration(trajectory),
            *self._unpaid(trajectory),
            *self._education(trajectory),
            *self._outflow(trajectory),
        ]
        return Section(self.source.trajectories[trajectory], blocks)

    def _flow(self, trajectory: str) -> Block:
        items = [
            (name, period_label(period), self.source.figure(period, measure, trajectory).cell())
            for measure, name in FLOW
            for period in self.beside
        ]
        measures = [measure for measure, _ in FLOW]
        return self.maker.bars(items, "Lopende, gestarte en beëindigde trajecten", "Aantal cliënten", measures)

    def _funding(self, trajectory: str) -> list[Block]:
        return self._shares(trajectory, "clients_active", "funding", "Financiering", "Aandeel van de lopende trajecten")

    def _type(self, trajectory: str) -> list[Block]:
        return self._shares(trajectory, "clients_active", "type", "Type traject", "Aandeel van de lopende trajecten")

    def _first_job(self, trajectory: str) -> list[Block]:
        title, shows = "Hoe snel de eerste baan kwam", "Aandeel van wie betaald werk vond, vanaf de start"
        return self._shares(trajectory, "time_to_first_job", "duration", title, shows)

    def _duration(self, trajectory: str) -> list[Block]:
        title, shows = "Duur van het dienstverband", "Aandeel van de cliënten van wie de duur bekend is"
        return self._shares(trajectory, "job_duration", "duration", title, shows)

    def _shares(self, trajectory: str, measure: str, breakdown: str, title: str, shows: str) -> list[Block]:
        categories = self.source.categories.get((measure, breakdown), [])
        there = [
            one["category"]
            for one in categories
            if self._known(measure, trajectory, breakdown=breakdown, category=one["category"])
        ]
        if not there:
            return []
        groups = [(period_label(one), one, trajectory) for one in self.beside]
        return [
            self.maker.shares(measure, breakdown, groups, title, shows),
            *self._parts(trajectory, measure, breakdown, there),
        ]

    def _parts(self, trajectory: str, measure: str, breakdown: str, categories: list[str]) -> list[Block]:
        """The numbers of each category in a sentence."""
        names = {one["category"]: one["name_nl"] for one in self.source.categories[measure, breakdown]}
        said = []
        for one in categories:
            where = {"breakdown": breakdown, "category": one}
            count = self.source.figure(self.quarter, measure, trajectory, **where).cell()
            share = self.source.figure(self.quarter, f"share_of_{measure}", trajectory, **where).cell()
            if count.is_known and share.is_known:
                said.append(Markup("{} {} ({})").format(names[one], count, share))
        return [Text(Markup("In cliënten: {}.").format(listed(said)))] if said else []

    def _work(self, trajectory: str) -> list[Block]:
        if not self._known("paid_work", trajectory):
            return []
        figure = self.source.figure
        paid, share = figure(self.quarter, "paid_work", trajectory), figure(self.quarter, "pct_paid_work", trajectory)
        text = Markup("{} van de {} cliënten ({}) hadden betaald werk").format(
            paid.cell(), share.cell("denominator"), share.cell()
        ) if not share.cell().is_small else Markup("{} cliënten hadden betaald werk").format(share.cell())  # fmt: skip
        durable = figure(self.quarter, "durable_paid_work", trajectory).cell()
        if durable.is_known and not share.cell().is_small:
            part = figure(self.quarter, "pct_durable_paid_work", trajectory).cell()
            text += Markup(", {} ({}) duurzaam").format(durable, part)
        flows = [
            Markup("{} {}").format(cell, word)
            for measure, word in (
                ("started_paid_work", "begonnen met betaald werk"),
                ("stopped_paid_work", "stopten ermee"),
            )
            if (cell := figure(self.quarter, measure, trajectory).cell()).is_known
        ]
        sentence = Markup(" ").join(filter(None, [text + ".", Markup("{}.").format(listed(flows)) if flows else ""]))
        more = self.words.sentence(self.quarter, "pct_paid_work", trajectory)
        return [
            Text(Markup(" ").join([sentence, more.replace("Dat is", "Het percentage is", 1) if more else Markup()])),
            self.maker.over_time(
                WORK, self.until, "Betaald werk", "percentage van de cliënten", trajectory=trajectory
            ),
            *self._work_by_category(trajectory),
        ]  # fmt: skip

    def _work_by_category(self, trajectory: str) -> list[Block]:
        """Of those in each category, the part with paid work (3b)."""
        items = [
            (one["name_nl"], SHORT[trajectory], cell)
            for breakdown in ("funding", "type")
            for one in self.source.categories.get(("paid_work", breakdown), [])
            if (cell := self.source.figure(
                self.quarter, "pct_paid_work", trajectory, breakdown=breakdown, category=one["category"]
            ).cell()).value is not None
        ]  # fmt: skip
        shows = "Percentage van de cliënten in elke categorie"
        return (
            [self.maker.bars(items, "Betaald werk naar financiering en type", shows, ["pct_paid_work"])]
            if items
            else []
        )

    def _unpaid(self, trajectory: str) -> list[Block]:
        if not self._known("unpaid_day_activity", trajectory):
            return []
        measures = ("unpaid_trial_placement", "unpaid_volunteer_or_work_experience", "unpaid_day_activity")
        items = [
            (
                self.source.indicators[one]["name_nl"],
                period_label(period),
                self.source.figure(period, one, trajectory).cell(),
            )
            for one in measures
            for period in self.beside
        ]
        note = "Een cliënt kan meer dan één van deze bezigheden hebben, en daarnaast betaald werk: tel ze niet op."
        return [self.maker.bars(items, "Onbetaald werk", "Aantal cliënten", measures), Note(note)]

    def _education(self, trajectory: str) -> list[Block]:
        if not self._known("in_education", trajectory):
            return []
        figure = self.source.figure
        text = Markup("{} cliënten ({}) volgden een opleiding; {} begonnen ermee en {} stopten.").format(
            *(figure(self.quarter, one, trajectory).cell()
              for one in ("in_education", "pct_in_education", "started_education", "stopped_education"))
        )  # fmt: skip
        more = self.words.sentence(self.quarter, "in_education", trajectory)
        drawn = self.maker.over_time(
            [("pct_in_education", "volgt een opleiding")],
            self.until,
            "Opleiding",
            "percentage van de cliënten",
            trajectory=trajectory,
        )
        return [Text(Markup(" ").join([text, more])), drawn]

    def _outflow(self, trajectory: str) -> list[Block]:
        if not self._known("clients_ended", trajectory):
            return []
        figure = self.source.figure
        share = figure(self.quarter, "pct_ended_with_result", trajectory).cell()
        text = Markup("{} {} beëindigd; met het beoogde resultaat {}{}.").format(
            cell := figure(self.quarter, "clients_ended", trajectory).cell(),
            "traject werd" if cell.value == 1 else "trajecten werden",
            figure(self.quarter, "ended_with_result", trajectory).cell() if not share.is_small else share,
            Markup(" ({})").format(share) if share.is_known else "",
        )
        blocks: list[Block] = [
            Text(Markup(" ").join([text, self.words.sentence(self.quarter, "clients_ended", trajectory)])),
            self.maker.stacked(OUTFLOW, self.until, "Beëindigde trajecten", "trajecten", trajectory=trajectory),
        ]
        if self._known("clients_ended", trajectory, breakdown="work", category="paid_work_at_end"):
            shows = "Aantal beëindigde trajecten"
            blocks.append(
                self.maker.categories("clients_ended", "work", trajectory, self.beside, "Werk bij uitstroom", shows)
            )
        return blocks

    def _is_there(self, trajectory: str) -> bool:
        return bool(self.source.figure(self.quarter, "clients_active", trajectory))

    def _known(self, measure: str, trajectory: str, **where: str) -> bool:
        return self.source.figure(self.quarter, measure, trajectory, **where).cell().value is not None
