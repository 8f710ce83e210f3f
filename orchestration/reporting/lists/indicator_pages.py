"""Writes what is said of the measures from one list, `seeds/reference/indicators.csv`.

`python -m orchestration.reporting.indicator_pages` renews the descriptions of the marts' columns (dbt's docs blocks,
hence the comments in the published file), the page docs/indicators.md and, with `glossary`, docs/glossary.md; and, with
`mart_columns`, the measures in the marts' contract. Words only; the expressions are the marts'.
"""

from __future__ import annotations

import csv
from pathlib import Path

import yaml

from orchestration.home.paths import DBT_PROJECT, REPOSITORY, SEEDS
from orchestration.reporting.lists import glossary, mart_columns

INDICATORS = SEEDS / "reference" / "indicators.csv"
COVERAGE = SEEDS / "reports" / "coverage.yml"
COLUMNS = DBT_PROJECT / "models" / "marts" / "_columns_measures.md"
PAGE = REPOSITORY / "docs" / "indicators.md"
RENEWED = "from seeds/reference/indicators.csv: change it there and run `make docs`."


def main() -> None:
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8")


def pages() -> dict[Path, str]:
    """What each generated page should hold."""
    with INDICATORS.open(encoding="utf-8", newline="") as lines:
        indicators = list(csv.DictReader(lines))
    covered = yaml.safe_load(COVERAGE.read_text(encoding="utf-8"))
    return {
        COLUMNS: _docs_blocks(indicators),
        PAGE: _page(indicators, covered),
        glossary.PAGE: glossary.page(),
        mart_columns.MARTS: mart_columns.marts(indicators),
        mart_columns.NAMES: mart_columns.contract(indicators),
    }


def _docs_blocks(indicators: list[dict[str, str]]) -> str:
    """dbt's docs blocks: one per measure, or two where a half-year or year means something else than a quarter."""
    blocks = [f"{{# Made {RENEWED} #}}", ""]
    for one in indicators:
        if one["period_definition_en"]:
            blocks.append(_block(f"{one['measure']}_quarterly", one["definition_en"]))
            blocks.append(_block(f"{one['measure']}_period", one["period_definition_en"]))
        else:
            blocks.append(_block(one["measure"], one["definition_en"]))
    return "\n".join(blocks) + "\n"


def _block(name: str, text: str) -> str:
    return f"{{% docs {name} %}}{text}{{% enddocs %}}"


def _page(indicators: list[dict[str, str]], covered: list[dict[str, str]]) -> str:
    parts = ["# Indicatoren", "", f"Made {RENEWED}", ""]
    parts += [
        "Elke maat van de marts, met formule, bron en kanttekening. In het gepubliceerde bestand staat dit, met de",
        "SQL waarmee de marts zijn gemaakt, in `marts.dim_indicators`; `werkmonitor explain` vult een formule in.",
        "",
    ]
    for one in indicators:
        parts += _indicator(one)
    parts += [
        "# Elke zin met een getal, elke figuur en tabel van de vijf documenten",
        "",
        "Waar staat het, en met welke query? Elke query is één select; een test legt wat hij geeft naast wat er",
        "gedrukt staat.",
        "",
    ]
    for item in covered:
        parts += [f"## {item['document']}: {item['item']}", "", item["shows"], ""]
        parts += _answer(item)
    return "\n".join(parts).rstrip() + "\n"


def _answer(item: dict[str, str]) -> list[str]:
    if "query" not in item:
        return [f"Niet uit de monitor: {item['why_not']}", ""]
    return ["```sql", item["query"].strip(), "```", ""]


def _indicator(one: dict[str, str]) -> list[str]:
    facts = [
        ("kwartaal", _sentence(one["definition_nl"], one["formula_nl"])),
        ("halfjaar, jaar", _sentence(one["period_definition_nl"] or one["definition_nl"], one["period_formula_nl"])),
        ("eenheid", {"count": "aantal", "percent": "procent (0–100)"}[one["unit"]]),
        ("bron", one["source"]),
        ("let op", one["notes_nl"]),
    ]
    lines = [f"- {name}: {text}" for name, text in facts if text]
    return [f"## {one['name_nl']} (`{one['measure']}`)", "", *lines, ""]


def _sentence(definition: str, formula: str) -> str:
    """Nothing where the marts of that period do not have the measure."""
    return f"{definition} = {formula}" if formula else ""


if __name__ == "__main__":
    main()
