"""dbt in this process: the manifest that Dagster's assets are made from, and the build under the home's write claim.

In process, since a dbt child can outlive a killed parent and keep DuckDB's lock. The method itself is in dbt_project/.
"""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stdout, suppress
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.adapters.duckdb.credentials import DuckDBCredentials
from dbt.cli.main import dbtRunner
from dbt.constants import MANIFEST_FILE_NAME, PARTIAL_PARSE_FILE_NAME
from dbt.contracts.graph.manifest import Manifest
from dbt.parser.manifest import extended_mashumuro_decoder
from dbt_common.events.base_types import EventMsg
from dbt_common.events.functions import msg_to_dict

from orchestration.home.aside import set_aside
from orchestration.home.interrupts import interruptible
from orchestration.home.modes import as_closed_as_the_archive
from orchestration.home.paths import DBT_PROJECT, REPOSITORY, Home

# Unit tests hold the rules on made-up rows: they guard a change of the code, not a run.
NOT_IN_A_RUN = ("--exclude-resource-type", "unit_test")

# DuckDB spreads one query over all cores; more threads of dbt only make the models wait for each other
THREADS = 1

# dbt's events that say how a model or a test ended
RESULTS = ("LogModelResult", "LogTestResult")

SEAL = "whole.sha256"  # beside what dbt parsed: of what that was when it was whole

RowCounts = dict[tuple[str, str], int]

# dbt takes a path for a web address, and what follows a # in it for no part of it
setattr(DuckDBCredentials, "path_derived_database_name", staticmethod(lambda path: Path(str(path)).stem))  # noqa: B010


class BuildFailed(Exception):
    """A dbt node failed; the message names the nodes and what dbt said of them."""


def manifest_path(home: Home) -> Path:
    """dbt's manifest.json of the project as it stands, parsed when the project has changed since."""
    return _parsed(home) / MANIFEST_FILE_NAME


def build(home: Home, select: Sequence[str] = (), exclude: Sequence[str] = ()) -> Iterator[dict[str, Any]]:
    """Build and test the models (all, or dbt's `select`, less its `exclude`); yields dbt's structured events.

    Raises:
        BuildFailed: a model or an error-severity test failed. The published file is not touched here.
    """
    target = _parsed(home)
    manifest = Manifest.from_msgpack((target / PARTIAL_PARSE_FILE_NAME).read_bytes(), extended_mashumuro_decoder)
    arguments = ["build", "--no-write-json", "--threads", str(THREADS), *NOT_IN_A_RUN]
    if select:
        arguments += ["--select", *select]
    if exclude:
        arguments += ["--exclude", *exclude]
    yield from _invoke(home, target, arguments, manifest)


@dataclass(frozen=True)
class CompiledModel:
    """A model as plain SQL, its references as "schema"."name", so that it can be run on any database that has these."""

    schema: str
    name: str
    is_view: bool
    sql: str


def compiled(home: Home, model: str) -> list[CompiledModel]:
    """A model and all that it rests on, what is read before what reads it. Nothing is built."""
    target = _parsed(home)
    no_tests = ("--exclude", "resource_type:test", "resource_type:unit_test")
    list(_invoke(home, target, ["compile", "--select", f"+{model}", *no_tests]))
    manifest = Manifest.from_msgpack((target / PARTIAL_PARSE_FILE_NAME).read_bytes(), extended_mashumuro_decoder)
    project = next(node.package_name for node in manifest.nodes.values() if node.name == model)
    found: dict[str, CompiledModel] = {}

    def collect(unique_id: str) -> None:
        node = manifest.nodes.get(unique_id)  # a source is none
        if node is None or unique_id in found:
            return
        for read in sorted(node.depends_on_nodes):
            collect(read)
        text = (target / "compiled" / project / node.original_file_path).read_text(encoding="utf-8").strip()
        sql = text.replace(f'"{node.database}".', "")
        found[unique_id] = CompiledModel(node.schema, node.name, node.config.materialized == "view", sql)

    collect(f"model.{project}.{model}")
    return list(found.values())


def row_counts(home: Home) -> RowCounts:
    """How many rows each table of the warehouse holds, by schema and name."""
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        tables = connection.execute("select schema_name, table_name from duckdb_tables() order by all").fetchall()
        counts = [f"select '{schema}', '{table}', count(*) from \"{schema}\".\"{table}\"" for schema, table in tables]
        rows = connection.execute(" union all ".join(counts)).fetchall()
    return {(schema, table): count for schema, table, count in rows}


def _parsed(home: Home) -> Path:
    """Where dbt keeps what it parsed, and will compile: a folder per state of the project, valid in any home."""
    target = home.dagster / "dbt" / _project_hash()
    if target.exists() and _seal_of(target) != _sealed(target):
        with suppress(FileNotFoundError):  # another process was first
            set_aside(target, "het inlezen van dbt is niet af of beschadigd")
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=".parse-", dir=target.parent))
        list(_invoke(home, fresh, ["parse"]))
        _install(fresh, target)
    return target


def _invoke(
    home: Home, target: Path, arguments: list[str], manifest: Manifest | None = None
) -> Iterator[dict[str, Any]]:
    events: list[dict[str, Any]] = []

    def remember(event: EventMsg) -> None:
        if event.info.level != "debug":
            log.write(f"{datetime.now():%Y-%m-%d %H:%M:%S} {event.info.level} {event.info.msg}\n")  # type: ignore[attr-defined]  # protobuf
        if event.info.name in RESULTS:
            events.append(msg_to_dict(event))

    with (
        interruptible() as interrupts,
        redirect_stdout(io.StringIO()),
        (home.logs / "dbt.log").open("a", encoding="utf-8", errors="backslashreplace") as log,
        as_closed_as_the_archive(home),
        _without_the_users_own_settings(),
    ):
        result = dbtRunner(manifest, callbacks=[remember]).invoke([*arguments, *_options(home, target)])
    DuckDBConnectionManager.close_all_connections()  # type: ignore[no-untyped-call]  # dbt would keep the warehouse locked
    if interrupts:  # whatever dbt made of it
        raise KeyboardInterrupt
    yield from events
    if not result.success:
        raise BuildFailed(_explained(result.exception, result.result))


@contextmanager
def _without_the_users_own_settings() -> Iterator[None]:
    """Who also uses dbt elsewhere may have DBT_TARGET, DBT_EMPTY or any other in the shell: they are not for us."""
    theirs = {name: os.environ.pop(name) for name in list(os.environ) if name.upper().startswith("DBT_")}
    try:
        yield
    finally:
        os.environ.update(theirs)


def _options(home: Home, target: Path) -> list[str]:
    # environment, not arguments: dbt's profile reads it
    os.environ["WERKMONITOR_HOME"] = str(home.root)
    profiles = target / "profiles"  # no two processes write the same one: a parse has its own folder, a build the claim
    profiles.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(REPOSITORY / "profiles.yml.example", profiles / "profiles.yml")
    options = {"project-dir": DBT_PROJECT, "profiles-dir": profiles, "target-path": target, "log-path": home.logs}
    named = [part for name, value in options.items() for part in (f"--{name}", str(value))]
    # dbt's own log file lays out every debug line, a tenth of a run, before it leaves it out
    return [*named, "--no-use-colors", "--log-level", "none", "--log-level-file", "none"]


def _explained(exception: BaseException | None, result: Any) -> str:
    failed = [
        f"{node.node.name}: {node.message}"
        for node in getattr(result, "results", None) or []
        if node.status in ("error", "fail", "runtime error")
    ]
    return "\n".join(failed) or str(exception or "dbt gave no reason: see logs/dbt.log in the home")


def _project_hash() -> str:
    digest = hashlib.sha256(f"{version('dbt-core')} {version('dbt-duckdb')}".encode())
    sources = (path for path in DBT_PROJECT.rglob("*") if path.suffix in (".sql", ".yml", ".md") and _is_source(path))
    for path in sorted(sources):
        digest.update(str(path.relative_to(DBT_PROJECT)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def _is_source(path: Path) -> bool:
    return not {"target", "logs"} & set(path.relative_to(DBT_PROJECT).parts)


def _seal_of(target: Path) -> str:
    """A word for what dbt parsed: it changes when any byte of that does."""
    paths = [target / name for name in (MANIFEST_FILE_NAME, PARTIAL_PARSE_FILE_NAME)]
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in paths if path.is_file())).hexdigest()


def _sealed(target: Path) -> str:
    """That word as it was when the parse was whole; '' when it never was."""
    seal = target / SEAL
    return seal.read_text(encoding="ascii", errors="replace") if seal.is_file() else ""


def _install(fresh: Path, target: Path) -> None:
    (fresh / SEAL).write_text(_seal_of(fresh), encoding="ascii")
    try:
        fresh.rename(target)
    except OSError:  # another process was first, with the same content
        shutil.rmtree(fresh)
