"""The written method, the contract and the other pages name what is there: headings, files, paths and unit tests."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import yaml

from orchestration.home.paths import DBT_PROJECT, REPOSITORY

DOCS = REPOSITORY / "docs"
METHOD, CONTRACT, HOUSE = DOCS / "method.md", DOCS / "contract.md", DOCS / "house.md"
PAGES = sorted([*DOCS.rglob("*.md"), REPOSITORY / "README.md", REPOSITORY / "CONTRIBUTING.md"])

# What is decided and not built: the issue on figures brings it to 0.
NOT_YET = "not yet: the issue on figures"
HOW_MANY_NOT_YET = 2

FOLDERS = ("orchestration", "reconstruction", "dbt_project", "seeds", "tests", "benchmarks", "docs")
KINDS = {".py", ".sql", ".yml", ".yaml", ".csv", ".md", ".j2", ".toml", ".example"}
# steps of the method; the others (signals, warnings, reconciliation, indicators) speak about its results
STEPS = ("calendar", "deliveries", "quarter", "periods", "figures", "comparisons", "rankings")

REFERENCE = re.compile(r"\b(METHOD|CONTRACT|DESIGN|STACK)\b(.{0,60})")
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
DEFINITION = re.compile(r"^\[([^\]]+)\]: (\S+)$", re.MULTILINE)
USED = re.compile(r"\[([a-z][a-z0-9_]*)\](?![:(])")
CODE = re.compile(r"`([^`\n]+)`")
FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)


@cache
def texts() -> dict[Path, str]:
    """Every text of the project that may refer to a page, by path; what a run leaves behind is none of it."""
    found = [path for folder in FOLDERS for path in (REPOSITORY / folder).rglob("*") if path.suffix in KINDS]
    found += [path for path in REPOSITORY.iterdir() if path.suffix in KINDS]
    ours = [path for path in found if not {"target", "logs", "sample_deliveries"} & set(path.parts)]
    return {path: path.read_text(encoding="utf-8") for path in ours if path != Path(__file__)}


def headings(page: Path) -> list[str]:
    return re.findall(r"^#+ (.+)$", FENCED.sub("", page.read_text(encoding="utf-8")), re.MULTILINE)


def references() -> Iterator[tuple[str, str, str]]:
    """Where a text refers to, and what follows there, over the ends of lines and the marks of comments."""
    for path, text in texts().items():
        unbroken = re.sub(r"\s*\n\s*(?:--|#|//)?\s*", " ", text)
        for name, what in REFERENCE.findall(unbroken):
            yield str(path.relative_to(REPOSITORY)), name, what


def is_held(name: str, what: str) -> bool:
    """Whether a reference names a heading of its page: METHOD, <heading> or METHOD's <heading>; CONTRACT § <number>."""
    if name == "METHOD":
        names = "|".join(re.escape(heading) for heading in headings(METHOD)[1:])
        return re.match(rf"(?:,|'s) (?:{names})(?!\w)", what, re.IGNORECASE) is not None
    numbers = "|".join(heading.split(".")[0] for heading in headings(CONTRACT)[1:])
    return name == "CONTRACT" and re.match(rf" § (?:{numbers})(?!\d)", what) is not None


def unit_tests(path: Path) -> list[str]:
    return [one["name"] for one in yaml.safe_load(path.read_text(encoding="utf-8"))["unit_tests"]]


def test_every_reference_to_the_method_or_the_contract_names_a_heading() -> None:
    found = list(references())
    assert len(found) > 80
    assert [one for one in found if not is_held(*one[1:])] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_to_a_file(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    targets = [*LINK.findall(text), *(target for _, target in DEFINITION.findall(text))]
    inside = [target.split("#")[0] for target in targets if not re.match(r"https?:|mailto:|#", target)]
    assert [target for target in inside if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_path_of_the_project_that_a_page_names_is_there(page: Path) -> None:
    text = FENCED.sub("", page.read_text(encoding="utf-8"))
    roots = (*(f"{folder}/" for folder in FOLDERS), "models/", "macros/")
    named = [code.split()[0] for code in CODE.findall(text) if code.startswith(roots)]
    patterns = [re.sub(r"<[^>]+>|…|\.\.\.", "*", path.rstrip("/.,:")) for path in named]
    assert [one for one in patterns if not (any(REPOSITORY.glob(one)) or any(DBT_PROJECT.glob(one)))] == []


def test_every_page_that_the_code_names_is_there() -> None:
    named = {
        (str(path.relative_to(REPOSITORY)), page)
        for path, text in texts().items()
        for page in re.findall(r"docs/(?:decisions/[0-9]{4}|[a-z_]+\.md)", text)
    }
    assert len(named) > 10
    assert [one for one in named if not any(REPOSITORY.glob(f"{one[1]}*"))] == []


def test_what_the_method_calls_held_is_held_by_a_unit_test_of_that_name() -> None:
    text = METHOD.read_text(encoding="utf-8")
    defined = dict(DEFINITION.findall(text))
    body = DEFINITION.sub("", FENCED.sub("", text))
    assert set(USED.findall(body)) == set(defined), "each name in brackets needs a line below, and each line a name"
    held = {name: METHOD.parent / target for name, target in defined.items() if target.endswith("__unit_tests.yml")}
    assert len(held) > 50
    assert [name for name, path in held.items() if name not in unit_tests(path)] == []


def test_every_model_of_the_steps_of_the_method_stands_in_it() -> None:
    defined = dict(DEFINITION.findall(METHOD.read_text(encoding="utf-8")))
    intermediate = DBT_PROJECT / "models" / "intermediate"
    models = [path.stem for step in STEPS for path in (intermediate / step).glob("*.sql")]
    assert len(models) > 30
    assert [model for model in models if model not in defined] == []


def test_every_room_stands_in_the_house() -> None:
    rooms = [path.name for path in (REPOSITORY / "orchestration").iterdir() if (path / "__init__.py").exists()]
    table = re.findall(r"^\| [0-9] \| `([a-z_]+)/` \|", HOUSE.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(table) == sorted(rooms)


def test_a_step_of_the_method_reads_only_from_steps_above_it_in_the_house() -> None:
    table = HOUSE.read_text(encoding="utf-8").split("| step in ")[1].split("\n\n")[0]
    order = re.findall(r"^\| `([a-z]+)` \|", table, re.MULTILINE)
    models = {path.stem: path for path in (DBT_PROJECT / "models" / "intermediate").rglob("*.sql")}
    assert sorted(order) == sorted({path.parent.name for path in models.values()})
    back = [
        (model, read)
        for model, path in models.items()
        for read in re.findall(r"ref\('(int_\w+)'\)", path.read_text(encoding="utf-8"))
        if order.index(models[read].parent.name) > order.index(path.parent.name)
    ]
    assert back == []


def test_every_mart_stands_in_the_contract() -> None:
    marts = [path.stem for path in (DBT_PROJECT / "models" / "marts").glob("*.sql")]
    rows = " ".join(line for line in CONTRACT.read_text(encoding="utf-8").splitlines() if line.startswith("|"))
    assert len(marts) > 20
    assert [mart for mart in marts if f"`{mart}`" not in rows] == []


def test_what_is_not_built_yet_is_counted_and_says_no_model() -> None:
    paragraphs = [part for page in (METHOD, CONTRACT) for part in page.read_text(encoding="utf-8").split("\n\n")]
    missing = [" ".join(paragraph.split()) for paragraph in paragraphs if "not yet" in paragraph]
    assert sum(paragraph.count(NOT_YET) for paragraph in missing) == HOW_MANY_NOT_YET
    assert [paragraph for paragraph in missing if NOT_YET not in paragraph or "](" in paragraph] == []
    assert [paragraph for paragraph in missing if USED.search(paragraph)] == []
