"""The public edition of a release: the public tables, protected and attacked before anything of them is kept.

What is hidden and whether it holds, `publishing/disclosure` says; the files have the form of the internal edition.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orchestration.home.hashes import sha256_of
from orchestration.home.paths import Home
from orchestration.publishing import public_file
from orchestration.publishing.disclosure import deciding
from orchestration.publishing.disclosure.deciding import Decision, Earlier
from orchestration.publishing.disclosure.protect import NotProtected
from orchestration.publishing.disclosure.tables import lists
from orchestration.releasing import dutch, manifest, package, tables, verifying
from orchestration.releasing.log import Released
from orchestration.releasing.public import words
from orchestration.releasing.readiness import NotReleasable

FOLDER, FILE = "public", "werkmonitor_public.duckdb"
REPORT, REASONS = "disclosure.json", "hidden_figures.csv"  # in the internal edition


@dataclass(frozen=True)
class Edition:
    """The public tables of a release that is being made, and the decision that they rest on."""

    folder: Path
    source: Path
    written: Sequence[tables.Table]
    decision: Decision

    @property
    def contents(self) -> list[dict[str, Any]]:
        return [{"name": one.name, "rows": one.rows, "content": one.content} for one in self.written]


def require_lists(home: Home, quarter: str) -> None:
    """Refuse lists of what is public that cannot be meant, before anything else is looked at.

    Raises:
        UnreadableList: names the list, the line and what is wrong.
    """
    lists.read(home, quarter)


def make(home: Home, published: Path, folder: Path, releases: Sequence[Released], knows: tuple[str, bool]) -> Edition:
    """Cut the public tables, hide, and attack what came of it; `knows`: the quarter, and whether the prints are ours.

    Raises:
        NotReleasable: a small number can be computed from what would be public; nothing of it may be kept.
    """
    quarter, knows_prints = knows
    found = lists.read(home, quarter)
    source = folder / ".passing.duckdb"
    folder.mkdir(parents=True)
    try:
        decision = deciding.decide(found, published, _earlier(home, releases), knows_prints)
    except NotProtected as refusal:
        raise NotReleasable([str(refusal)]) from None
    public_file.write(published, source, decision)
    if problems := list(deciding.problems(decision, source)):
        raise NotReleasable([f"het openbare bestand verraadt een klein aantal: {one}" for one in problems])
    return Edition(folder, source, tables.write(source, folder / "tables"), decision)


def explain(edition: Edition, internal: Path) -> None:
    """Write in the internal edition what was hidden and why: that is for nobody outside."""
    write_json(internal / REPORT, edition.decision.report)
    with (internal / REASONS).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("figure_key", "reason"))
        writer.writerows(sorted(edition.decision.reasons.items()))


def finish(edition: Edition, full: dict[str, Any], releases: Sequence[Released], contact: str, home: Home) -> None:
    """Write the DuckDB file, the description, the manifest and the sums of the public edition."""
    folder = edition.folder
    last = next((one for one in reversed(releases) if one.public), None)
    about = {name: full[name] for name in ("format", "release", "quarter", "status", "made_at", "method_version")}
    about |= {
        "edition": FOLDER,
        "tables": edition.contents,
        "previous": {"release": last.release, "manifest": last.public} if last else None,
    }
    tables.write_database([edition.source], folder / FILE, words.read_me(about, edition.decision.report, contact))
    edition.source.unlink()
    (folder / "wijzigingen.md").write_text(words.changes(about), encoding="utf-8")
    title = f"Werkmonitor ggz {full['release']}, openbare editie"
    described = {"id": full["release"], "title": title, "made_at": full["made_at"], "contact": contact}
    written = dutch.described(home, edition.written, {*public_file.ABOUT, *public_file.NEW_COLUMNS})
    write_json(folder / "datapackage.json", package.describe(home, folder, written, described, package.OPEN))
    manifest.seal(folder, about)


def write_json(path: Path, values: dict[str, Any]) -> None:
    path.write_text(json.dumps(values, indent=1, ensure_ascii=False, default=str) + "\n", encoding="utf-8")


def manifest_hash(release: Path) -> str:
    """The hash of the public manifest of a release; '' where there is no public edition."""
    path = release / FOLDER / verifying.MANIFEST
    return sha256_of(path) if path.exists() else ""


def _earlier(home: Home, releases: Sequence[Released]) -> list[Earlier]:
    found = []
    for one in releases:
        internal, public = (home.releases / one.release / name for name in ("internal", FOLDER))
        if one.public:
            report = json.loads((internal / REPORT).read_text(encoding="utf-8"))
            files = (internal / "werkmonitor.duckdb", public / FILE)
            found.append(Earlier(one.release, *files, report["withheld"]))
    return found
