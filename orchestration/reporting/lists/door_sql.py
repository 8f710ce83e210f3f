"""Writes the rules across quarters as plain SQL, for the door: the dbt models that hold them, compiled.

`python -m orchestration.reporting.lists.door_sql` (in `make docs`) renews orchestration/quality/across_quarters.sql and
door/quarters.sql. No rule stands here, nor is written there by hand.
"""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from orchestration import transforming
from orchestration.home.paths import DBT_PROJECT, REPOSITORY, Home
from orchestration.transforming import CompiledModel

QUALITY = REPOSITORY / "orchestration" / "quality"
MODEL = "int_findings_across_quarters_located"
MADE = "-- Made by `make docs` from dbt_project/{source}: change it there.\n"
WITHIN = re.compile(r"{%-? *macro within\((?P<columns>[^)]*)\) *-?%}(?P<body>.*?){%-? *endmacro", re.DOTALL)


def main() -> None:
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8")


def pages() -> dict[Path, str]:
    """What each generated file should hold."""
    with tempfile.TemporaryDirectory() as folder:
        models = transforming.compiled(Home(Path(folder)).create(), MODEL)
    across = MADE.format(source="models") + "\n" + "\n".join(map(_statement, models))
    return {QUALITY / "across_quarters.sql": across, QUALITY / "door" / "quarters.sql": _within()}


def _statement(model: CompiledModel) -> str:
    kind = "view" if model.is_view else "table"
    lines = [line.rstrip() for line in model.sql.splitlines()]
    said = "\n".join(line for line in lines if line and not line.lstrip().startswith("--"))
    return f'create or replace {kind} "{model.schema}"."{model.name}" as\n{said};\n'


def _within() -> str:
    """The macro of that name as one of DuckDB."""
    found = WITHIN.search((DBT_PROJECT / "macros" / "periods.sql").read_text(encoding="utf-8"))
    assert found, "macros/periods.sql has no macro within any more"
    body = re.sub(r"{{ *(\w+) *}}", r"\1", found["body"]).strip()
    made = MADE.format(source="macros/periods.sql")
    return f"{made}create or replace temp macro within({found['columns']}) as\n    ({body});\n"


if __name__ == "__main__":
    main()
