"""The words of a release, in Dutch: the note on what changed, and the table `read_me` in its DuckDB file."""

from __future__ import annotations

from collections.abc import Iterator
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
    ]


def changes(manifest: dict[str, Any], previous: dict[str, Any] | None) -> str:
    """The release note."""
    return "\n".join(_lines(manifest, previous)) + "\n"


def _lines(manifest: dict[str, Any], previous: dict[str, Any] | None) -> Iterator[str]:
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
    yield f"\nVergeleken met {previous['release']}:"
    if manifest["code"]["sha256"] != previous["code"]["sha256"]:
        yield "- de programmatuur is veranderd (R3)"
    if manifest["lists"] != previous["lists"]:
        yield "- een referentielijst is veranderd (R3)"
    yield from _deliveries(manifest, previous)
    yield from _tables(manifest, previous)


def _deliveries(manifest: dict[str, Any], previous: dict[str, Any]) -> Iterator[str]:
    before = {(one["organisation_id"], one["quarter"]): one for one in previous["deliveries"]}
    now = {(one["organisation_id"], one["quarter"]): one for one in manifest["deliveries"]}
    for pair in sorted(before.keys() | now.keys()):
        old, new = before.get(pair), now.get(pair)
        if old is None or new is None or old["sha256"] != new["sha256"]:
            versions = f"{_version(old)} → {_version(new)}"
            yield f"- betere of latere levering (R1): {' '.join(pair)}, {versions}"


def _version(one: dict[str, Any] | None) -> str:
    return f"v{one['version']}" if one else "geen"


def _tables(manifest: dict[str, Any], previous: dict[str, Any]) -> Iterator[str]:
    before = {one["name"]: one["content"] for one in previous["tables"]}
    changed = [one["name"] for one in manifest["tables"] if before.get(one["name"]) != one["content"]]
    yield f"- veranderde tabellen: {', '.join(changed) or 'geen'}"
