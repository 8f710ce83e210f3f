"""Lists the measures in the contract of the marts, from the one list of them in dbt_project/macros/measures.sql.

`make docs` writes with it (`indicator_pages`) the columns in period_marts.yml and the names in docs/contract.md. It
decides nothing: dbt holds what the marts select against these columns at every run.
"""

from __future__ import annotations

import re
import textwrap
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from orchestration.home.paths import DBT_PROJECT, REPOSITORY
from orchestration.home.reference import Line

MACROS = DBT_PROJECT / "macros" / "measures.sql"
MARTS = DBT_PROJECT / "models" / "marts" / "period_marts.yml"
NAMES = REPOSITORY / "docs" / "contract.md"

# wherever there is a row: the group core is part of every delivery
ALWAYS_KNOWN = {"clients_active", "clients_ended", "ended_with_result", "ended_without_result"}
LISTED = re.compile(r"(counted|estimated|share)\('(\w+)'|'measure': '(\w+)'")
MART = re.compile(r"(  - name: (\w+)\n(?:(?!  - name: ).*\n)*?    columns:\n      \[\n)((?:        .*\n)+)(      \]\n)")


@dataclass(frozen=True)
class Column:
    """A measure as a column of some marts; `name` is that of its description, which the YAML calls it by."""

    measure: str
    name: str
    data_type: str

    def line(self) -> str:
        described = f"""description: "{{{{ doc('{self.name}') }}}}", data_type: {self.data_type}"""
        known = ", constraints: [{type: not_null}]" if self.measure in ALWAYS_KNOWN else ""
        return f"  - &{self.name} {{name: {self.measure}, {described}{known}}}\n"


def columns(indicators: Sequence[Line]) -> dict[str, list[Column]]:
    """The measures of quarters, of the nation's headline, and of half-years and years, in the order of the macros."""
    macros = MACROS.read_text(encoding="utf-8")
    apart = {one["measure"] for one in indicators if one["period_definition_en"]}
    listed: dict[str, list[Column]] = {"quarterly": [], "headline": [], "period": []}
    for marts, found in listed.items():
        body = macros.split(f"macro {marts}_indicators()")[1].split("endmacro")[0]
        for kind, counted, other in LISTED.findall(body):
            measure = counted or other
            is_whole = kind not in ("estimated", "share") and not measure.startswith("pct_")
            name = f"{measure}_{marts}" if measure in apart else measure
            found.append(Column(measure, name, "bigint" if is_whole else "double"))
    return listed


def marts(indicators: Sequence[Line]) -> str:
    """period_marts.yml with the measures of today."""
    listed = columns(indicators)
    lines = dict.fromkeys(column for columns in listed.values() for column in columns)
    twice = [name for name, times in Counter(column.name for column in lines).items() if times > 1]
    if twice:
        raise ValueError(f"{twice}: counted in quarters, estimated in years; indicators.csv needs a period definition")
    made = "".join(column.line() for column in lines)
    text = _between("  # the measures", "  # the other columns", made, MARTS.read_text(encoding="utf-8"))
    others = set(re.findall(r"- &(\w+)", text.split("  # the other columns")[1]))
    return MART.sub(lambda mart: mart[1] + _wrapped(_names(mart[2], mart[3], listed, others)) + mart[4], text)


def _names(mart: str, written: str, listed: dict[str, list[Column]], others: set[str]) -> list[str]:
    """What a mart has: its other columns where they stand, and the measures where the first of them stands."""
    kinds = ["quarterly"] if mart.endswith("_quarterly") else ["period"]
    kinds += ["headline"] if mart == "national_quarterly" else []
    measures = [column.name for kind in kinds for column in listed[kind]]
    names = re.findall(r"\*(\w+)", written)
    first = next(place for place, name in enumerate(names) if name not in others)
    return [*names[:first], *measures, *(name for name in names[first:] if name in others)]


def _wrapped(names: Iterable[str]) -> str:
    text = " ".join(f"*{name}," for name in names)
    return textwrap.fill(text, 118, initial_indent=" " * 8, subsequent_indent=" " * 8) + "\n"


def contract(indicators: Sequence[Line]) -> str:
    """docs/contract.md with the names of today's measures."""
    listed = columns(indicators)
    of = {kind: ", ".join(f"`{column.measure}`" for column in columns) for kind, columns in listed.items()}
    sentences = [
        f"Measures, quarterly marts: `organisations`, {of['quarterly']}. `national_quarterly` adds {of['headline']}.",
        f"Measures, half-yearly and annual marts: `organisations`, {of['period']}.",
    ]
    text = "\n\n".join(textwrap.fill(one, 125, break_long_words=False) for one in sentences) + "\n"
    return _between("<!-- the measures", "<!-- the end of the measures", text, NAMES.read_text(encoding="utf-8"))


def _between(start: str, end: str, made: str, text: str) -> str:
    """The text with what stands between the lines that begin so replaced."""
    before, _, rest = text.partition(start)
    opening, _, _ = rest.partition("\n")
    return f"{before}{start}{opening}\n{made}{end}{text.partition(end)[2]}"
