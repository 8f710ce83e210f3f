"""The words of a release, in Dutch: the note on what changed, and the table `read_me` in its DuckDB file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

STATUSES = {"provisional": "voorlopig", "definitive": "definitief"}


def read_me(manifest: dict[str, Any], protection: str, contact: str) -> list[tuple[str, str]]:
    """Subject and text, line by line."""
    name, made_on = manifest["release"], manifest["made_at"][:10]
    revision = manifest["code"]["revision"] or "onbekende revisie"
    return [
        ("release", f"{name} ({STATUSES[manifest['status']]}), gemaakt op {made_on}."),
        ("editie", "Intern: kleine aantallen zijn niet afgeschermd. De openbare editie staat ernaast, in public/."),
        ("openbaar", protection),
        ("aanhalen", f"Werkmonitor ggz, release {name}, {made_on}, intern, methode {manifest['method_version']}."),
        ("berekend", f"{manifest['run']['built_at']} UTC, dag {manifest['run']['today']}, {revision}."),
        ("leveringen", f"{len(manifest['deliveries'])} leveringen; welke, staat in manifest.json."),
        ("onbekend", "NULL is onbekend of niet gevraagd, en nooit 0."),
        ("period_status", "provisional: termijn loopt nog of er ontbreekt een levering; complete: alles is er."),
        ("year_status", "open, closed (afgesloten) of revised (na afsluiten veranderd)."),
        ("nagaan", "sha256sum -c SHA256SUMS, in de map van deze editie."),
        ("contact", contact),
        *(("tabel", f"{one['name']}: {one['rows']} rijen") for one in manifest["tables"]),
        ("tabel", "revisions: wat anders is dan in de release ervoor, en waardoor."),
    ]


def changes(manifest: dict[str, Any], previous: dict[str, Any] | None, revised: Sequence[str]) -> str:
    """The release note; `revised`: what the table of revisions says."""
    return "\n".join(_lines(manifest, previous, revised)) + "\n"


def _lines(manifest: dict[str, Any], previous: dict[str, Any] | None, revised: Sequence[str]) -> Iterator[str]:
    yield f"# Werkmonitor ggz {manifest['release']}"
    yield ""
    yield f"Status: {STATUSES[manifest['status']]}. Gemaakt op {manifest['made_at'][:10]}."
    for heading, text in (("Toelichting", manifest["note"]), ("Correctie (C)", manifest["correction"])):
        if text:
            yield f"\n{heading}: {text}"
    if manifest["accepted_missing"]:
        yield f"\nDefinitief gemaakt terwijl er leveringen of antwoorden ontbraken: {manifest['accepted_missing']}"
    if previous is None:
        yield "\nDit is de eerste release."
        return
    yield f"\n## Vergeleken met {previous['release']}\n"
    yield from _made_otherwise(manifest, previous)
    yield from revised


def _made_otherwise(manifest: dict[str, Any], previous: dict[str, Any]) -> Iterator[str]:
    """What of ours is other than then."""
    said = []
    if manifest["code"]["sha256"] != previous["code"]["sha256"]:
        versions = (previous["method_version"], manifest["method_version"])
        method = f"methode {versions[0]}" + (f" → {versions[1]}" if versions[0] != versions[1] else "")
        said.append(f"De programmatuur is veranderd (R3; {method}).")
    lists = manifest["lists"], previous["lists"]
    if changed := sorted(one for one in lists[0].keys() | lists[1].keys() if lists[0].get(one) != lists[1].get(one)):
        said.append(f"Andere lijsten (R3): {', '.join(changed)}.")
    yield from said
    if said:
        yield ""
