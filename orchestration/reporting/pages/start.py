"""The first page: the newest quarter and year in a few numbers, and where everything is."""

from __future__ import annotations

from markupsafe import Markup

from orchestration.reporting.pages.blocks import Block, Facts, Links, Page, Section, Text
from orchestration.reporting.pages.source import Source, period_words
from orchestration.reporting.pages.words import Words

HOW_TO_READ = (
    "Een kwartaal telt wie er op enig moment in dat kwartaal begeleid werd; een jaar wie er in dat jaar begeleid werd. "
    "Tel kwartalen dus niet op.",
    "Een percentage staat er met het aantal waarvan het is. Van minder dan tien cliënten geven wij geen percentage.",
    "Of het meer of minder werd staat er alleen als het om meer gaat dan een paar cliënten, en dan met wat het is bij "
    "wie in beide perioden leverde.",
    "Kleine aantallen per regio zijn afgeschermd (×): uit wat hier staat is niemand te herleiden.",
)


def page(source: Source, words: Words, others: list[Page]) -> Page:
    """The start of the site; `others`: the pages that it leads to."""
    quarter = source.of_type("quarter")[-1]
    whole = [one for one in source.of_type("year") if source.periods[one]["is_whole"]]
    lead: list[Block] = [Text(_sentence(source, words, quarter)), _facts(source, quarter)]
    if whole:
        lead += [Text(_sentence(source, words, whole[-1])), _facts(source, whole[-1])]
    sections = [
        Section("Kwartalen en jaren", [_links(others, "jaar"), _links(others, "kwartaal")]),
        Section("Zo leest u deze cijfers", [Text(Markup("{}").format(one)) for one in HOW_TO_READ]),
        Section("Regio’s", [_links(others, "regio")]),
        Section(
            "Meer", [_links(others, "verantwoording"), Links([("begrip/index.html", "Begrippen: wat elk cijfer is")])]
        ),
    ]
    return Page("index.html", "Begeleiding naar werk in de ggz", lead, sections, group="start")


def _sentence(source: Source, words: Words, period: str) -> Markup:
    cell = source.figure(period, "clients_active").cell()
    first = Markup("In {} werden {} mensen met psychische problemen begeleid naar werk.").format(
        period_words(period), cell
    )
    return Markup(" ").join([first, words.sentence(period, "clients_active", "all")])


def _facts(source: Source, period: str) -> Facts:
    measures = (
        ("clients_active", "lopende trajecten"),
        ("clients_started", "gestart"),
        ("clients_ended", "beëindigd"),
        ("pct_ended_with_result", "daarvan met beoogd resultaat"),
        ("pct_paid_work_all_trajectories" if "-Q" in period else "pct_paid_work", "had betaald werk"),
    )
    return Facts([(source.figure(period, measure).cell(), what, Markup()) for measure, what in measures])


def _links(pages: list[Page], group: str) -> Links:
    return Links([(one.path, one.title) for one in pages if one.group == group])
