"""One way to run Great Expectations over a frame and get back what failed, where. No rules here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import great_expectations as gx
import pandas as pd
from great_expectations.core.batch_definition import BatchDefinition
from great_expectations.data_context.types.base import ProgressBarsConfig
from great_expectations.expectations.expectation import Expectation
from great_expectations.expectations.metadata_types import FailureSeverity


class CheckCrashed(Exception):
    """A check could not be carried out: its outcome is unknown, neither passed nor failed."""


@dataclass(frozen=True)
class Failure:
    """An expectation that was not met: its Dutch message, its severity, and the `where` of every offending row."""

    message: str
    severity: FailureSeverity
    places: tuple[str, ...]


def validate(frame: pd.DataFrame, expectations: Sequence[Expectation]) -> list[Failure]:
    """Hold a frame (with a column `where`) against expectations (with a `message` in their meta).

    Raises:
        CheckCrashed: Great Expectations reports a crash as success=False too; here it never passes for a failure.
    """
    if frame.empty:
        return []
    frame = frame.reset_index(drop=True)
    suite = gx.ExpectationSuite(name="suite", expectations=list(expectations))
    batch = _frames().get_batch({"dataframe": frame})
    outcome = batch.validate(suite, result_format={"result_format": "COMPLETE"})
    return [_failure(result, frame) for result in outcome.results if not result.success]


@cache
def _frames() -> BatchDefinition[Any]:
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    source = context.data_sources.add_pandas("frames")
    return source.add_dataframe_asset("frame").add_batch_definition_whole_dataframe("whole")


def _failure(result: Any, frame: pd.DataFrame) -> Failure:
    if result.exception_info.get("raised_exception"):
        raise CheckCrashed(str(result.exception_info.get("exception_message")))
    configuration = result.expectation_config
    places = frame["where"].iloc[result.result["unexpected_index_list"]]
    return Failure(configuration.meta["message"], configuration.severity, tuple(places))
