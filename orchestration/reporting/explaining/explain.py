"""`werkmonitor explain`: opens the published file and asks the right explainer. No reading of a table here."""

from __future__ import annotations

import duckdb

from orchestration.home.paths import Home
from orchestration.home.reference import reference_list
from orchestration.publishing.opening import NothingPublished, opened
from orchestration.reporting.explaining.asked import CannotExplain, Key, key_of, usual_comparison
from orchestration.reporting.explaining.figures import (
    ChangeExplained,
    FigureExplained,
    explain_change,
    explain_figure,
)
from orchestration.reporting.explaining.wide_marts import Explanation, Question, explain_from

LONG_MARTS = ("figures", "changes")
LISTS = {"region_code": "regions", "trajectory": "trajectories", "organisation_id": "organisations"}


def asked(what: str, period: str, measure: str, keys: dict[str, str]) -> Question | Key:
    """The question as typed: a mart with a period, a measure and keys, or a key of `figures` or `changes` alone.

    Raises:
        CannotExplain: something is missing, or does not belong there.
    """
    if "/" in what:
        if period or measure or keys:
            raise CannotExplain("Bij een sleutel hoort niets meer: geen periode, maat of opties.")
        return key_of(what)
    if not (period and measure):
        raise CannotExplain(f"Noem achter {what} ook de periode en de maat, bijvoorbeeld: {what} 2024 clients_active.")
    if what not in LONG_MARTS:
        if wrong := sorted(keys.keys() - LISTS.keys()):
            raise CannotExplain(f"{what} kent geen {', '.join(f'--{name}' for name in wrong)}; figures en changes wel.")
        return Question(what, period, measure, keys)
    if what == "figures" and "comparison" in keys:
        raise CannotExplain("Een rij van figures wordt niet vergeleken: vraag --comparison van changes.")
    if what == "changes":
        keys = {"comparison": usual_comparison(period)} | keys
    return Key(period, measure, **({"trajectory": "all"} | keys))


def explain(home: Home, question: Question | Key) -> Explanation | FigureExplained | ChangeExplained:
    """Everything behind one number. Raises CannotExplain when there is no such number."""
    listed = {}
    for key, name in LISTS.items():
        listed[key] = {line[key] for line in reference_list(home, name)}
    try:
        with opened(home) as connection:
            connection.execute("set threads = 1")  # small questions: starting threads takes longer than answering
            if isinstance(question, Question):
                return explain_from(connection, question, listed)
            explainer = explain_change if question.comparison else explain_figure
            return explainer(connection, question, listed)
    except NothingPublished as nothing:
        raise CannotExplain(str(nothing)) from None
    except (duckdb.CatalogException, duckdb.BinderException) as problem:
        raise CannotExplain("De publicatie is van een andere versie: draai `werkmonitor run`.") from problem
