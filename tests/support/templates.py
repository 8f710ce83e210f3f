"""Templates filled in as an organisation would: by openpyxl (cheap), or by LibreOffice itself.

Where a number goes is looked up in the layout of the edition, as a person looks for the column's heading.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from openpyxl import Workbook

from orchestration.home.paths import Home
from orchestration.ledger import receipts
from orchestration.ledger.receipts import Judged, Receipt
from orchestration.reading.form import editions
from orchestration.reading.form.editions import Edition
from orchestration.template import writer
from orchestration.template.contents import Contents, collect
from tests.support import broken_files
from tests.support.broken_files import Line

FILLER = Path(__file__).with_name("fill_with_libreoffice.py")
Entries = Mapping[str, int | str | None]


def deliver(home: Home, rows: Sequence[Line], quarter: str, organisation: str = broken_files.ORGANISATION) -> None:
    """Put an accepted delivery straight into archive and ledger."""
    number = len(receipts.read(home.receipts).received) + 1
    name = f"{number:04}.csv"
    content = broken_files.tidy_csv(rows).encode()
    (home.archive / name).write_bytes(content)
    landed_at = datetime(2026, 1, 1, tzinfo=UTC).isoformat()
    received = Receipt(number, hashlib.sha256(content).hexdigest(), name, name, 1, number, number, number, landed_at)
    receipts.append(home.receipts, [received, Judged(number, "accepted", organisation, quarter, 1, [])])


def places(workbook: Workbook, edition: Edition, rows: Iterable[Line]) -> Entries:
    """Where the numbers, regions and answers of tidy rows go in an empty template."""
    entries: dict[str, int | str] = {}
    names = {str(code): str(name) for name, code in workbook[edition.lists].iter_rows(min_row=2, values_only=True)}
    for row in rows:
        _, _, region, trajectory, measure, breakdown, category, clients = row
        if measure == "declaration":
            answer = edition.cover.answers[trajectory] if trajectory else edition.cover.withdrawn
            entries[f"{edition.cover.sheet}!{answer}"] = getattr(edition.words, category)
            continue
        column = next(c.column for c in edition.cells if c.key == (trajectory, measure, breakdown, category))
        sheet, first = edition.sheets[trajectory], edition.rows.first
        listed = [cell.value for cell in workbook[sheet][edition.columns.region]][first - 1 :]
        chosen = [entries.get(f"{sheet}!{edition.columns.region}{first + n}", name) for n, name in enumerate(listed)]
        number = first + chosen.index(names[region] if names[region] in chosen else None)
        if names[region] not in chosen:
            entries[f"{sheet}!{edition.columns.region}{number}"] = names[region]
        entries[f"{sheet}!{column}{number}"] = int(clients) if clients.isdecimal() else clients
    return entries


def enter(workbook: Workbook, entries: Entries) -> Workbook:
    """Type values into cells."""
    for location, value in entries.items():
        sheet, _, reference = location.rpartition("!")
        workbook[sheet][reference] = value
    return workbook


def fill_with_libreoffice(source: Path, target: Path, entries: Entries) -> Path:
    """Open a workbook in LibreOffice, type, and save it as it would."""
    fill_in_shapes(source, {"plain": target}, entries)
    return target


def fill_in_shapes(source: Path, targets: Mapping[str, Path], entries: Entries) -> None:
    """The same, once for each thing that is done besides (`fill_with_libreoffice.SHAPES`).

    It brings a Python of its own or uses the system's: the one that knows `uno`.
    """
    profile = source.with_name(f"{source.stem}_profile")
    files = {shape: str(target) for shape, target in targets.items()}
    order = {"source": str(source), "targets": files, "profile": str(profile), "entries": entries}
    done = subprocess.run(
        [_python_with_uno(), str(FILLER)],
        input=json.dumps(order),
        text=True,
        capture_output=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def small_template() -> Workbook:
    """The template of the good rows with two trajectories and three regions, filled in: quick to read and to break."""
    edition = editions.newest()
    workbook = writer.build(small_contents(), edition)
    return enter(workbook, places(workbook, edition, broken_files.good_rows()))


@cache
def small_contents() -> Contents:
    """What stands in it."""
    with TemporaryDirectory() as folder:
        home = with_few_regions(Home(Path(folder)))
        contents = collect(home, broken_files.ORGANISATION, broken_files.QUARTER)
    registered = [one for one in contents.trajectories if one["trajectory"] in broken_files.TRAJECTORIES]
    return replace(contents, trajectories=registered)


def with_few_regions(home: Home) -> Home:
    """The home with a list of three regions: its templates have three rows per trajectory."""
    lines = home.reference_list("regions").read_text(encoding="utf-8").splitlines()
    few = [line for line in lines if line.split(",")[0] in ("region_code", *broken_files.REGIONS, "zwolle")]
    home.reference.mkdir(exist_ok=True)
    (home.reference / "regions.csv").write_text("\n".join([*few, ""]), encoding="utf-8")
    return home


def _python_with_uno() -> str:
    for python in ("/usr/bin/python3", shutil.which("python3") or "python3"):
        if subprocess.run([python, "-c", "import uno"], capture_output=True, check=False).returncode == 0:
            return python
    raise AssertionError("no Python that can `import uno`: install libreoffice-calc and python3-uno (see .ci/run)")
