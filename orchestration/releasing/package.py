"""Describes the files of a release as a Data Package 2.0: per file its hash and size, per table its fields and keys.

Descriptions are those that the tables bring; nothing is read from the files but their size and hash.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from orchestration import transforming
from orchestration.home.hashes import sha256_of
from orchestration.home.paths import Home
from orchestration.releasing.tables import Table

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
LICENCE = {"name": "other-closed", "title": "Intern gebruik: kleine aantallen zijn niet afgeschermd"}
OPEN = {"name": "other-open", "title": "Openbaar: kleine aantallen per regio zijn verborgen"}
TYPES = {
    "BIGINT": {"type": "integer"},
    "INTEGER": {"type": "integer"},
    "DOUBLE": {"type": "number"},
    "BOOLEAN": {"type": "boolean"},
    "VARCHAR": {"type": "string"},
    "DATE": {"type": "date"},
    "TIMESTAMP": {"type": "datetime", "format": "%Y-%m-%dT%H:%M:%S.%f"},
}
Keys = Mapping[str, Sequence[str]]
MADE_HERE = {"revisions": ["figure_key"]}  # no model of dbt


def keys(home: Home) -> Keys:
    """Per table the columns that tell its rows apart: the grain that dbt tests."""
    found: dict[str, list[str]] = dict(MADE_HERE)
    for node in _nodes(home):
        test = node.get("test_metadata") or {}
        if test.get("name") == "unique_together":
            model = str(node["attached_node"] or "").rpartition(".")[2]
            columns = test["kwargs"].get("columns") or test["kwargs"].get("arguments", {}).get("columns") or []
            found.setdefault(model, list(columns))
    return found


def filled(home: Home) -> Keys:
    """Per table the columns that hold a value in every row, as dbt enforces."""
    found: dict[str, list[str]] = dict(MADE_HERE)
    for node in _nodes(home):
        columns = node.get("columns") or {}
        always = [name for name, one in columns.items() if {"not_null"} & {c["type"] for c in one["constraints"]}]
        found.setdefault(node["name"], always)
    return found


def _nodes(home: Home) -> list[dict[str, Any]]:
    return list(json.loads(transforming.manifest_path(home).read_text(encoding="utf-8"))["nodes"].values())


def describe(
    home: Home, folder: Path, tables: Sequence[Table], about: Mapping[str, str], licence: Mapping[str, str] = LICENCE
) -> dict[str, Any]:
    """The description of all files below a folder; `about`: id, title, moment and contact of the release."""
    by_name = {table.name: table for table in tables}
    table_keys, table_filled = keys(home), filled(home)
    resources = []
    for path in sorted(one for one in folder.rglob("*") if one.is_file()):
        resources.append(_resource(folder, path, by_name.get(path.stem), table_keys, table_filled))
    return {
        "$schema": PROFILE,
        "name": f"werkmonitor-{about['id'].lower()}",
        "id": about["id"],
        "title": about["title"],
        "version": about["id"],
        "created": about["made_at"],
        "licenses": [licence],
        "contributors": [{"title": about["contact"], "roles": ["contact"]}],
        "resources": resources,
    }


def _resource(folder: Path, path: Path, table: Table | None, table_keys: Keys, table_filled: Keys) -> dict[str, Any]:
    place = path.relative_to(folder)
    found: dict[str, Any] = {
        "name": place.as_posix().lower().replace("/", "-"),
        "path": place.as_posix(),
        "format": path.suffix[1:],
        "bytes": path.stat().st_size,
        "hash": f"sha256:{sha256_of(path)}",
    }
    if table is None or place.parts[0] != "tables":
        return found
    found |= {"title": table.name, "description": table.description}
    schema: dict[str, Any] = {
        "fields": [{"name": one.name, **TYPES[one.type], "description": one.description} for one in table.columns]
    }
    # where a part of a key may be empty it is no key in the sense of a Data Package: said under its own name
    if key := [one for one in table_keys.get(table.name, ()) if one in {column.name for column in table.columns}]:
        is_primary = set(key) <= set(table_filled.get(table.name, ()))
        schema["primaryKey" if is_primary else "werkmonitor:key"] = key
    if path.suffix == ".csv":
        found |= {"type": "table", "encoding": "utf-8", "mediatype": "text/csv"}
    return found | {"schema": schema}
