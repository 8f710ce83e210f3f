"""The site of a release, written from its public file alone; a release that is not what was handed out has none.

Written beside and put in place whole: who is reading never sees half a site.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Collection
from datetime import datetime
from pathlib import Path

from orchestration.findings.dutch import in_words
from orchestration.home.paths import Home
from orchestration.home.reference import reference_list
from orchestration.home.settings import amsterdam_day
from orchestration.releasing import log as release_log
from orchestration.releasing import verifying
from orchestration.reporting.pages import site, words

STATUSES = {"provisional": "voorlopig", "definitive": "definitief"}
KEPT = ".drawings"


class NotReported(Exception):
    """No site can be made; the message says, in Dutch, why and what to do."""


def report(  # noqa: PLR0913, PLR0917
    home: Home,
    release: str | None = None,
    only: Collection[str] = (),
    output: Path | None = None,
    address: str = "",
    workers: int | None = None,
) -> Path:
    """Write the site of a release (the newest when None); the path of its start page.

    `only`: the groups of pages or single paths to write; all when empty. `address`: where sites stand for good.

    Raises:
        NotReported: there is no such release, it is not what was handed out, or it has no public edition.
    """
    name = _named(home, release)
    if found := verifying.problems(home, name):
        raise NotReported("\n".join([f"Van release {name} wordt geen site gemaakt:", *found]))
    edition = home.releases / name / "public"
    files = sorted(edition.glob("*.duckdb"))
    if not files:
        raise NotReported(f"Release {name} heeft geen openbare editie: een site wordt alleen daaruit gemaakt.")
    target = output or home.reports / name / "site"
    try:
        rules = site.Rules(words.rules(home), _places(home))
        _write(home, files[0], _about(edition, name, address), rules, target, only, workers)
    except (words.RulesUnusable, site.NoSuchPage) as problem:
        raise NotReported(str(problem)) from None
    return target / "index.html"


def _named(home: Home, release: str | None) -> str:
    known = [one.release for one in release_log.read(home).releases]
    if not known:
        raise NotReported("Er is nog geen release: maak er een met `werkmonitor release KWARTAAL`.")
    if release is not None and release not in known:
        raise NotReported(f"Er is geen release {release}; wel: {', '.join(known)}.")
    return release or known[-1]


def _about(edition: Path, name: str, address: str) -> site.About:
    manifest = json.loads((edition / "manifest.json").read_text(encoding="utf-8"))
    day = in_words(amsterdam_day(datetime.fromisoformat(manifest["made_at"])))
    return site.About(name, STATUSES.get(manifest["status"], manifest["status"]), day, address)


def _places(home: Home) -> dict[str, tuple[int, int]]:
    return {line["region_code"]: (int(line["col"]), int(line["row"])) for line in reference_list(home, "region_tiles")}


def _write(  # noqa: PLR0913, PLR0917
    home: Home,
    file: Path,
    about: site.About,
    rules: site.Rules,
    target: Path,
    only: Collection[str],
    workers: int | None,
) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    making = Path(tempfile.mkdtemp(prefix=".making-", dir=target.parent))
    try:
        site.build(file, about, rules, making, home.reports / KEPT, only, workers)
        making.chmod(0o755)
        if target.exists():
            target.rename(making.with_suffix(".old"))
        making.rename(target)
    finally:
        for left in (making, making.with_suffix(".old")):
            shutil.rmtree(left, ignore_errors=True)
