"""Frictionless, a program of others, as referee: a release is a Data Package, and a changed byte is seen by it too."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from orchestration.home.paths import REPOSITORY
from orchestration.releasing import verifying

PROGRAM = """
import json, sys
from frictionless import Resource

found = {}
for one in json.load(open("datapackage.json", encoding="utf-8"))["resources"]:
    # of Parquet, for which it needs another program, and where only that is asked it looks at size and hash
    if one["format"] != "csv" or sys.argv[1:] == ["bytes"]:
        one = {key: value for key, value in one.items() if key != "schema"} | {"type": "file"}
    report = Resource.from_descriptor(one).validate()
    found[one["path"]] = [error.type for task in report.tasks for error in task.errors]
print(json.dumps(found))
"""


def said(internal: Path, *arguments: str) -> dict[str, list[str]]:
    """The kinds of error that Frictionless finds, by file."""
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY / "build" / "frictionless")}
    command = [sys.executable, "-c", PROGRAM, *arguments]
    ended = subprocess.run(command, cwd=internal, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    found: dict[str, list[str]] = json.loads(ended.stdout)
    return found


@pytest.mark.extra
def test_a_release_is_a_data_package_and_its_tables_are_what_that_says(internal: Path) -> None:
    found = said(internal)
    assert {path.name for path in internal.glob("tables/*")} <= {Path(one).name for one in found}
    assert {path: errors for path, errors in found.items() if errors} == {}


@pytest.mark.extra
def test_one_changed_byte_in_every_data_file_is_seen_by_both(internal: Path, tmp_path: Path) -> None:
    copy = tmp_path / "2024-Q4.r1" / "internal"
    shutil.copytree(internal, copy)
    assert not any(said(copy, "bytes").values())
    described = json.loads((copy / "datapackage.json").read_text(encoding="utf-8"))["resources"]
    for number, one in enumerate(described):
        path = copy / one["path"]
        content = bytearray(path.read_bytes())
        content[(number * 7919) % len(content)] ^= 1 + number % 255
        path.chmod(0o644)
        path.write_bytes(content)
        path.chmod(0o444)
    named = {text.removeprefix("2024-Q4.r1/internal/") for text in verifying.files(copy)}
    assert named == {f"{one['path']} is veranderd" for one in described}
    assert said(copy, "bytes") == {one["path"]: ["hash-count"] for one in described}
    for path in copy.rglob("*"):
        path.chmod(0o755)
