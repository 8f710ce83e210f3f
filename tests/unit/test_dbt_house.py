"""The dbt project as a house (docs/house.md): who reads whom, and that each model says what one row is."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from orchestration.home.paths import DBT_PROJECT

MODELS = {path.stem: path for path in (DBT_PROJECT / "models").rglob("*.sql")}
MACROS = " ".join(path.read_text(encoding="utf-8") for path in (DBT_PROJECT / "macros").glob("*.sql"))
WITHOUT_A_KEY = {"stg_submissions__findings"}  # as the ledger has them: the same may be said twice
GRAIN = {"unique_together", "one_row", "unique"}

# The steps of the method, each with the steps that its models read; it reads none that stand after it.
STEPS: dict[str, set[str]] = {
    "indicators": set(),
    "calendar": set(),
    "deliveries": {"calendar"},
    "quarter": {"deliveries"},
    "periods": {"calendar", "deliveries", "quarter"},
    "closing": {"deliveries", "periods"},
    "figures": {"indicators", "calendar", "deliveries", "quarter", "periods"},
    "comparisons": {"indicators", "calendar", "deliveries", "quarter", "periods", "figures"},
    "signals": {"indicators", "figures", "comparisons"},
    "rankings": {"periods", "comparisons"},
    "warnings": {"deliveries", "quarter"},
    "reconciliation": {"indicators", "deliveries", "figures", "comparisons", "rankings"},
}


@cache
def described() -> dict[str, dict[str, Any]]:
    """What the YAML says of each model, by name."""
    pages = [path for path in (DBT_PROJECT / "models").rglob("*.yml") if not path.stem.endswith("__unit_tests")]
    contents = [yaml.safe_load(page.read_text(encoding="utf-8")) for page in pages]
    return {model["name"]: model for content in contents for model in content.get("models", [])}


def layer(path: Path) -> str:
    return path.relative_to(DBT_PROJECT / "models").parts[0]


def of_layer(name: str) -> list[str]:
    return [model for model, path in MODELS.items() if layer(path) == name]


def read_by(model: str) -> list[str]:
    return named_in(MODELS[model].read_text(encoding="utf-8"))


def named_in(sql: str) -> list[str]:
    """The models that a piece of SQL refers to; both of a reference that chooses between two."""
    references = re.findall(r"\bref\((.*?)\)\s*}}", sql)
    assert len(references) == sql.count("ref("), "a reference is written otherwise than this test can read"
    return [name for reference in references for name in re.findall(r"'(\w+)'", reference) if name in MODELS]


def grain_tests(model: dict[str, Any]) -> set[str]:
    """The tests of a model or of one of its columns that hold what one row is."""
    of_columns = [test for column in model.get("columns", []) for test in column.get("data_tests", [])]
    tests = [*model.get("data_tests", []), *of_columns]
    return {test if isinstance(test, str) else next(iter(test)) for test in tests} & GRAIN


def test_staging_reads_sources_only_and_nothing_else_reads_a_source() -> None:
    assert [(model, read_by(model)) for model in of_layer("staging") if read_by(model)] == []
    sources = {model: MODELS[model].read_text(encoding="utf-8").count("source(") for model in MODELS}
    assert {count for model, count in sources.items() if model in of_layer("staging")} == {1}
    assert [model for model, count in sources.items() if count and model not in of_layer("staging")] == []


def test_no_layer_reads_a_later_one() -> None:
    order = ["staging", "intermediate", "marts", "trace"]
    places = {model: order.index(layer(path)) for model, path in MODELS.items()}
    assert [(model, read) for model in MODELS for read in read_by(model) if places[read] > places[model]] == []


def test_a_macro_reads_no_mart() -> None:
    read = named_in(MACROS)
    assert len(read) > 5
    assert [model for model in read if layer(MODELS[model]) == "marts"] == []


def test_each_step_of_the_method_reads_the_steps_that_are_written_down_and_none_after_it() -> None:
    steps = {model: MODELS[model].parent.name for model in of_layer("intermediate")}
    read: dict[str, set[str]] = {step: set() for step in STEPS}
    for model, step in steps.items():
        read[step] |= {steps[other] for other in read_by(model) if other in steps} - {step}
    assert read == STEPS
    order = list(STEPS)
    assert [step for step in STEPS if any(order.index(other) > order.index(step) for other in STEPS[step])] == []


def test_each_intermediate_model_lies_in_the_folder_of_its_step_and_no_folder_is_crowded() -> None:
    folders = Counter(MODELS[model].parent.name for model in of_layer("intermediate"))
    assert set(folders) == set(STEPS)
    assert max(folders.values()) <= 30
    assert [model for model in of_layer("intermediate") if not model.startswith("int_")] == []


def test_each_staging_model_lies_in_the_folder_of_its_source_which_has_one_sources_file() -> None:
    staging = DBT_PROJECT / "models" / "staging"
    for folder in (path for path in staging.iterdir() if path.is_dir()):
        assert [path.name for path in folder.glob("*sources.yml")] == [f"_{folder.name}__sources.yml"]
        assert [path.stem for path in folder.glob("*.sql") if not path.stem.startswith(f"stg_{folder.name}__")] == []


@pytest.mark.parametrize("model", sorted(MODELS))
def test_a_model_says_what_one_row_is_and_a_test_holds_it(model: str) -> None:
    about = described()[model]
    assert re.match("One row([:,]| per )", about["description"]), about["description"]
    if model not in WITHOUT_A_KEY:
        assert grain_tests(about), "a test of what one row is"
    assert len(MODELS[model].read_text(encoding="utf-8").splitlines()) <= 120
