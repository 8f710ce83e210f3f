"""The register of published figures, how it is read, and its contradictions: the lists in seeds/reports."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from orchestration.home.paths import REPOSITORY, Home
from orchestration.landing.raw import raw_tables
from orchestration.landing.raw.raw_tables import REPORTS, SELECTED_ON, read_contradictions

Row = dict[str, str]
CONTRADICTIONS, SELECTIONS = read_contradictions()
KEYS = {
    "figures": ("figure_id",),
    "scopes": ("scope",),
    "quantities": ("quantity",),
    "readings": ("quantity", "dimension", "trajectory", "period_type", "unit"),
    "categories": ("dimension", "published_category", "category"),
    "explanations": ("reason",),
    "claims": ("claim_id",),
}
# what contradictions.yml may say in its evidence, over the view `figures`
EVIDENCE = """
    create view figures as
        select
            * replace (try_cast(value as double) as value, coalesce(breakdown, '') as breakdown),
            row_number() over () as place
        from reports.figures;
    create macro printed(p, g, t, m, b) as (
        select min_by(value, place) from figures
        where period = p and geography = g and trajectory = t and measure = m and breakdown = b
    );
    create macro region_sum(p, t, m) as (
        select sum(value) from figures where locator = 'Tabel 3.1' and period = p and trajectory = t and measure = m
    );
    create macro region_total(p, r, m) as (
        select sum(value) from figures where locator = 'Tabel 3.1' and period = p and geography = r and measure = m
    );
"""


def rows(name: str) -> list[Row]:
    with (REPORTS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def parts(figure: Row) -> Row:
    return dict(part.split("=") for part in figure["breakdown"].split(";") if "=" in part)


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        raw_tables.create(connection)
        raw_tables.load_reference_lists(connection, Home(tmp_path_factory.mktemp("home")))
        raw_tables.load_report_lists(connection)
        connection.execute(EVIDENCE)
        yield connection


@pytest.mark.parametrize(("name", "key"), KEYS.items())
def test_a_list_says_everything_once(name: str, key: tuple[str, ...]) -> None:
    counts = Counter(tuple(row[column] for column in key) for row in rows(name))
    assert counts and set(counts.values()) == {1}


def test_the_register_holds_926_figures_numbered_per_document() -> None:
    figures = rows("figures")
    assert len(figures) == 926
    numbers: Counter[str] = Counter()
    for figure in figures:
        numbers[figure["source"]] += 1
        assert figure["figure_id"] == f"{figure['source']}-{numbers[figure['source']]:03d}"


def test_every_quantity_that_is_printed_is_read_and_named() -> None:
    read = {(row["quantity"], row["dimension"]) for row in rows("readings")}
    named = {row["quantity"] for row in rows("quantities")}
    dimensions = {row["dimension"] for row in rows("categories")}
    for figure in rows("figures"):
        quantity = parts(figure).get("of", figure["measure"])
        dimension = next((key for key in parts(figure) if key in dimensions), "")
        assert (quantity, dimension) in read, figure["figure_id"]
        assert quantity in named, figure["figure_id"]


def test_every_part_that_is_printed_is_one_of_the_data_dictionary() -> None:
    categories = {(row["dimension"], row["published_category"]) for row in rows("categories")}
    for figure in rows("figures"):
        for dimension, category in parts(figure).items():
            if dimension in {name for name, _ in categories}:
                assert (dimension, category) in categories, figure["figure_id"]
    with (Path(REPORTS).parent / "reference" / "data_dictionary.csv").open(encoding="utf-8", newline="") as file:
        known = {row["category"] for row in csv.DictReader(file)}
    assert {row["category"] for row in rows("categories")} <= known


def test_every_group_of_trajectories_that_is_printed_is_known(register: duckdb.DuckDBPyConnection) -> None:
    query = """
        select trajectory from reports.figures
        except select scope from reports.scopes
        except select trajectory from reference.trajectories
    """
    assert register.execute(query).fetchall() == []


def test_the_wording_is_what_the_note_quotes() -> None:
    for figure in rows("figures"):
        wording, note = figure["wording"], figure["note"]
        assert (wording == "approximate") == bool(re.search(r'"(tot nu toe )?(ongeveer|rond|circa)', note))
        assert (wording == "not_applicable") == (figure["value"] == "")
        assert (wording == "points_as_percent") == (figure["unit"] == "pp")


def test_an_explanation_leaves_open_only_what_can_be_filled_in() -> None:
    known = {"computed", "published", "period", "compared_period", "contradiction", "contradictions"}
    known |= {"basis", "why_not", "missing", "numbers", "not_comparable"}
    for row in rows("explanations"):
        dutch, english = (set(re.findall(r"{(\w+)}", row[column])) for column in ("explanation_nl", "explanation_en"))
        assert dutch == english <= known or (row["reason"].startswith("claim") and english <= dutch <= known)


def test_every_claim_has_a_predicate_of_the_method_and_keys_where_it_needs_them() -> None:
    method = (REPOSITORY / "docs" / "method.md").read_text(encoding="utf-8")
    section = method.split("## Claims")[1].split("\n## ")[0]
    written = {
        name for line in re.findall(r"^\| (`.*?) \|", section, re.MULTILINE) for name in re.findall(r"`(\w+)`", line)
    }
    claims = rows("claims")
    assert {claim["predicate"] for claim in claims} == written
    assert {claim["predicate"] for claim in claims if not claim["keys"]} == {"not_measured"}
    for claim in claims:
        for key in filter(None, re.split(r" ; | ", claim["keys"])):
            of_change = key.startswith(("previous_", "same_quarter_"))
            assert key.count("/") == (8 if of_change else 7), key


@pytest.mark.parametrize("contradiction", CONTRADICTIONS, ids=lambda item: item["contradiction_id"])
def test_a_contradiction_is_proved_by_the_register(contradiction: Row, register: duckdb.DuckDBPyConnection) -> None:
    assert register.execute(f"select {contradiction['evidence']}").fetchall() == [(True,)]


def test_no_contradiction_would_be_proved_by_another_register(register: duckdb.DuckDBPyConnection) -> None:
    register.execute("begin")
    register.execute("update reports.figures set value = '1'")
    proved = [
        item["contradiction_id"]
        for item in CONTRADICTIONS
        if register.execute(f"select {item['evidence']}").fetchall() == [(True,)]
    ]
    register.execute("rollback")
    assert proved == []


@pytest.mark.parametrize("selection", SELECTIONS, ids=lambda item: item["contradiction_id"])
def test_every_selection_of_a_contradiction_names_figures(selection: Row, register: duckdb.DuckDBPyConnection) -> None:
    assert set(selection) <= {"contradiction_id", *SELECTED_ON}
    where = " and ".join(f"coalesce({column}, '') glob ?" for column in SELECTED_ON)
    query = f"select count(*) from reports.figures where {where}"
    assert register.execute(query, [selection[column] for column in SELECTED_ON]).fetchall() > [(0,)]
