"""The dbt project as a house (docs/house.md): who reads whom, and that each model says what one row is."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from orchestration.home.paths import DBT_PROJECT

MODELS = {path.stem: path for path in (DBT_PROJECT / "models").rglob("*.sql")}
MACROS = " ".join(path.read_text(encoding="utf-8") for path in (DBT_PROJECT / "macros").glob("*.sql"))
WITHOUT_A_KEY = {"stg_submissions__findings"}  # as the ledger has them: the same may be said twice
GRAIN = {"unique_together", "one_row", "unique"}


def described() -> dict[str, dict[str, Any]]:
    """What the YAML says of each model, by name."""
    pages = [path for path in (DBT_PROJECT / "models").rglob("*.yml") if not path.stem.endswith("__unit_tests")]
    contents = [yaml.safe_load(page.read_text(encoding="utf-8")) for page in pages]
    return {model["name"]: model for content in contents for model in content.get("models", [])}


def layer(path: Path) -> str:
    return path.relative_to(DBT_PROJECT / "models").parts[0]


def read_by(model: str) -> list[str]:
    return re.findall(r"ref\('(\w+)'\)", MODELS[model].read_text(encoding="utf-8"))


def grain_tests(model: dict[str, Any]) -> set[str]:
    """The tests of a model or of one of its columns that hold what one row is."""
    of_columns = [test for column in model.get("columns", []) for test in column.get("data_tests", [])]
    tests = [*model.get("data_tests", []), *of_columns]
    return {test if isinstance(test, str) else next(iter(test)) for test in tests} & GRAIN


def test_staging_reads_its_own_source_and_the_lists_and_no_layer_reads_a_later_one() -> None:
    order = ["staging", "intermediate", "marts", "trace"]
    back = [
        (model, read)
        for model, path in MODELS.items()
        for read in read_by(model)
        if order.index(layer(MODELS[read])) > order.index(layer(path))
    ]
    assert back == []
    staged = [(model, read) for model, path in MODELS.items() if layer(path) == "staging" for read in read_by(model)]
    own = [(model, read) for model, read in staged if MODELS[read].parent == MODELS[model].parent]
    assert [pair for pair in staged if pair not in own and not pair[1].startswith("stg_reference__")] == []


def test_a_macro_reads_no_mart() -> None:
    read = re.findall(r"ref\('(\w+)'[ )]", MACROS)
    assert len(read) > 5
    assert [model for model in read if layer(MODELS[model]) == "marts"] == []


def test_each_intermediate_model_lies_in_the_folder_of_its_step_and_no_folder_is_crowded() -> None:
    folders = Counter(path.parent.name for path in MODELS.values() if layer(path) == "intermediate")
    assert "intermediate" not in folders
    assert max(folders.values()) <= 30


def test_each_staging_model_lies_in_the_folder_of_its_source_which_has_one_sources_file() -> None:
    staging = DBT_PROJECT / "models" / "staging"
    for folder in (path for path in staging.iterdir() if path.is_dir()):
        assert [path.name for path in folder.glob("*sources.yml")] == [f"_{folder.name}__sources.yml"]
        assert [path.stem for path in folder.glob("*.sql") if not path.stem.startswith(f"stg_{folder.name}__")] == []


@pytest.mark.parametrize("model", sorted(MODELS))
def test_a_model_says_what_one_row_is_and_a_test_holds_it(model: str) -> None:
    about = described()[model]
    assert about["description"].startswith("One row"), about["description"]
    if layer(MODELS[model]) != "trace" and model not in WITHOUT_A_KEY:  # trace copies what was tested where it was made
        assert grain_tests(about), "a test of what one row is"
    assert len(MODELS[model].read_text(encoding="utf-8").splitlines()) <= 120
