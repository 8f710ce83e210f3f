"""The words of the public edition, in Dutch, and the line on it in the internal one."""

from __future__ import annotations

from typing import Any

from orchestration.releasing import notes


def protection(report: dict[str, Any]) -> str:
    """What was hidden in the public edition, and whether it holds, in one line for the house."""
    refused = "; ".join(report["tables_refused"]) or "geen"
    return (
        f"{report['cells']} regionale aantallen, {report['primary']} klein, {report['secondary']} verborgen om die te "
        f"beschermen; ten minste {report['narrowest_interval']} mogelijke waarden; laatste redmiddelen: "
        f"{len(report['last_resorts'])}; {len(report['narrowed_by_prints'])} cellen laat wat gedrukt is minder; "
        f"geweigerde tabellen: {refused}. Zie disclosure.json."
    )


def read_me(manifest: dict[str, Any], report: dict[str, Any], contact: str) -> list[tuple[str, str]]:
    """The same for the public edition: nothing in it tells why a figure is hidden."""
    name, made_on = manifest["release"], manifest["made_at"][:10]
    left_out = [("weggelaten", text) for text in sorted(one.partition(":")[0] for one in report["tables_refused"])]
    return [
        ("release", f"{name} ({notes.STATUSES[manifest['status']]}), gemaakt op {made_on}."),
        ("editie", "Openbaar: kleine aantallen per regio zijn verborgen, en wat die zou verraden ook."),
        ("aanhalen", f"Werkmonitor ggz, release {name}, {made_on}, openbaar, methode {manifest['method_version']}."),
        ("hidden", "status hidden: het cijfer is er, en wordt niet gegeven; value en alle andere getallen zijn leeg."),
        ("onbekend", "NULL bij een andere status is onbekend of niet gevraagd, en nooit 0."),
        ("regio", "Per regio geen noemers; van een percentage de klasse van de noemer, van wat bekend is de klasse."),
        (
            "afscherming",
            f"Wie alles combineert houdt ten minste {report['narrowest_interval']} mogelijke waarden over.",
        ),
        *left_out,
        ("nagaan", "sha256sum -c SHA256SUMS, in de map van deze editie."),
        ("contact", contact),
        *(("tabel", f"{one['name']}: {one['rows']} rijen") for one in manifest["tables"]),
    ]


def changes(manifest: dict[str, Any]) -> str:
    """The release note of the public edition: no provider, version or reason."""
    previous = manifest["previous"]
    after = f"Vervangt {previous['release']}." if previous else "Dit is de eerste openbare release."
    made = f"Status: {notes.STATUSES[manifest['status']]}. Gemaakt op {manifest['made_at'][:10]}."
    return f"# Werkmonitor ggz {manifest['release']}, openbare editie\n\n{made}\n\n{after}\n"
