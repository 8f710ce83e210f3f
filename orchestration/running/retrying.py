"""Trying a step again when its fault may pass by itself; which faults those are, `recovery` says."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from dagster import AssetExecutionContext, RetryRequested

from orchestration.home.settings import Settings
from orchestration.running import recovery

log = logging.getLogger(__name__)


@contextmanager
def retrying(context: AssetExecutionContext, settings: Settings) -> Iterator[None]:
    """Have the step run again, a few times and after a growing wait, on a fault that may pass; not on any other."""
    try:
        yield
    except Exception as problem:
        if not recovery.is_transient(problem):
            raise
        wait = recovery.wait_seconds(settings.retry_seconds, context.retry_number)
        if context.retry_number < recovery.MOST_RETRIES:
            log.warning("%s. Opnieuw over %.0f seconden.", problem, wait)
        raise RetryRequested(max_retries=recovery.MOST_RETRIES, seconds_to_wait=wait) from problem
