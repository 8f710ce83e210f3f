"""Writes docs/glossary.md: the Dutch of the field beside the English of the code, from the lists that hold both.

Words only; `make docs` writes it with the other pages (`indicator_pages`).
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence

from orchestration.home.paths import REPOSITORY, SEEDS

PAGE = REPOSITORY / "docs" / "glossary.md"
REFERENCE = SEEDS / "reference"
INTRODUCTION = """# Glossary: Dutch, English, and the name in the data

Made from seeds/reference/indicators.csv, trajectories.csv, data_dictionary.csv and terms.csv: change those and run
`make docs`. What a measure means and how it is computed: [indicators.md](indicators.md) (in Dutch) and
[method.md](method.md).
"""


def page() -> str:
    """The whole page."""
    sections = [
        ("Measures", ("Dutch", "English", "column", "in the marts of"), _measures()),
        ("Trajectories", ("Dutch", "English", "trajectory", "registered from", "intended result"), _trajectories()),
        ("Terms", ("Dutch", "English", "in the marts", "meaning"), _terms()),
        (
            "What is delivered, cell by cell",
            ("Dutch, as in the template", "English", "measure / breakdown / category", "of"),
            _cells(),
        ),
    ]
    return "\n".join([INTRODUCTION, *(line for section in sections for line in _section(*section))]).rstrip() + "\n"


def _measures() -> Iterator[Sequence[str]]:
    for one in _lines("indicators"):
        periods = [("quarters", one["formula_nl"]), ("half-years, years", one["period_formula_nl"])]
        marts = ", ".join(name for name, formula in periods if formula)
        yield one["name_nl"], one["name_en"], _code(one["measure"]), marts


def _trajectories() -> Iterator[Sequence[str]]:
    for one in _lines("trajectories"):
        result = f"{one['intended_result_nl']} ({one['intended_result_en']})"
        yield one["name_nl"], one["name_en"], _code(one["trajectory"]), one["registered_from"], result


def _terms() -> Iterator[Sequence[str]]:
    for one in sorted(_lines("terms"), key=lambda line: line["term_nl"].casefold()):
        names = ", ".join(_code(name) for name in one["in_data"].split())
        yield one["term_nl"], one["term_en"], names, one["meaning_en"]


def _cells() -> Iterator[Sequence[str]]:
    trajectories: dict[tuple[str, ...], list[str]] = {}
    for one in _lines("data_dictionary"):
        key = tuple(one[name] for name in ("label_nl", "label_en", "measure", "breakdown", "category"))
        trajectories.setdefault(key, []).append(one["trajectory"])
    for (dutch, english, *names), who in trajectories.items():
        yield dutch, english, _code(" / ".join(names)), ", ".join(who)


def _section(title: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"## {title}\n"
    yield _row(columns)
    yield _row(["---"] * len(columns))
    yield from map(_row, rows)
    yield ""


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _code(name: str) -> str:
    return f"`{name}`"


def _lines(name: str) -> list[dict[str, str]]:
    with (REFERENCE / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))
