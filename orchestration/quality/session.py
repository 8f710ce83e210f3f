"""The one way to hold a frame against expectations of Great Expectations. No rules here.

Importing it takes seconds: import the doors (`incoming`, `across_quarters`, `outgoing`) late.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import duckdb
import great_expectations as gx
import pandas as pd
from great_expectations.core.batch_definition import BatchDefinition
from great_expectations.data_context.types.base import ProgressBarsConfig
from great_expectations.expectations.expectation import Expectation
from great_expectations.expectations.metadata_types import FailureSeverity

from orchestration.findings.findings import Finding, rules

LOG = logging.getLogger(__name__)
SEVERITIES = {
    "error": FailureSeverity.CRITICAL,
    "warning": FailureSeverity.WARNING,
    "info": FailureSeverity.INFO,
}
_RESULT_FORMAT = {"result_format": "COMPLETE", "return_unexpected_index_query": False}


def of_rule(code: str) -> dict[str, Any]:
    """What an expectation must carry of the rule that it checks: its code, and how much a failure weighs."""
    return {"meta": {"rule": code}, "severity": SEVERITIES[rules()[code].level]}


def levels(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """The level that each rule has in this home (`reference.rules`)."""
    return dict(connection.sql("select rule, level from reference.rules").fetchall())


def weighed(found: Iterable[Finding], in_home: Mapping[str, str]) -> list[Finding]:
    """Findings at the levels of a home (`levels`)."""
    return [replace(one, level=in_home[one.rule]) for one in found]


def failing_places(frame: pd.DataFrame, expectations: Sequence[Expectation]) -> dict[int, list[int]]:
    """The failing places of each expectation, by its `id()`: labels of the frame's index, [] when it is met.

    An expectation that crashed is left out: nothing is known of it, so it must pass for neither met nor failed.
    """
    for expectation in expectations:
        expectation.meta = {**(expectation.meta or {}), "id": id(expectation)}
    try:
        batch = _batch_definition().get_batch(batch_parameters={"dataframe": frame})
        suite = gx.ExpectationSuite("suite", expectations=list(expectations))
        results = batch.validate(suite, result_format=_RESULT_FORMAT).results
    except Exception:
        LOG.exception("Great Expectations liep vast.")
        return {}
    places: dict[int, list[int]] = {}
    for result in results:
        meta = result.expectation_config.meta if result.expectation_config else None
        assert meta is not None  # given above
        if _crashed(result.exception_info):
            LOG.error("Een controle liep vast: %s: %s", meta, result.exception_info)
        else:
            places[meta["id"]] = list(result.result.get("unexpected_index_list") or [])
    return places


def _crashed(info: Mapping[str, Any]) -> bool:
    """A crashed and a failed check both have no success; only this tells them apart. It nests per metric."""
    nested = any(isinstance(value, Mapping) and value.get("raised_exception") for value in info.values())
    return nested or bool(info.get("raised_exception"))


@cache
def _batch_definition() -> BatchDefinition[Any]:
    """Where all frames pass through: an ephemeral context that writes nothing and calls nobody."""
    context = gx.get_context(mode="ephemeral")
    context.enable_analytics(False)
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    asset = context.data_sources.add_pandas("frames").add_dataframe_asset("frame")
    return asset.add_batch_definition_whole_dataframe("whole")
