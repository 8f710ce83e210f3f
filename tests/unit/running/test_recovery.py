"""What passes by itself is tried again, after a growing wait; what does not is not."""

import errno

import duckdb
import pytest
from dagster import AssetExecutionContext, AssetsDefinition, asset, materialize

from orchestration.home.settings import Settings
from orchestration.running import recovery
from orchestration.running.retrying import retrying
from orchestration.transforming import BuildFailed


def caused(problem: Exception, by: Exception) -> Exception:
    problem.__cause__ = by
    return problem


@pytest.mark.parametrize(
    "problem",
    [
        OSError(errno.ENOSPC, "No space left on device"),
        OSError(errno.EIO, "Input/output error"),
        duckdb.IOException('Could not set lock on file "warehouse.duckdb": Conflicting lock is held'),
        BuildFailed("national_quarterly: IO Error: Could not write file: No space left on device"),
        caused(RuntimeError("landing failed"), OSError(errno.ESTALE, "Stale file handle")),
    ],
)
def test_a_fault_that_may_pass_is_transient(problem: Exception) -> None:
    assert recovery.is_transient(problem)


@pytest.mark.parametrize(
    "problem",
    [
        FileNotFoundError(errno.ENOENT, "No such file or directory"),
        PermissionError(errno.EACCES, "Permission denied"),
        ValueError("a number was expected"),
        BuildFailed("national_quarterly: Binder Error: no such column"),
    ],
)
def test_a_fault_that_stays_is_not(problem: Exception) -> None:
    assert not recovery.is_transient(problem)


def test_the_waits_grow() -> None:
    assert [recovery.wait_seconds(5, retry) for retry in range(3)] == [5, 15, 45]


def failing(times: int, problem: Exception) -> tuple[AssetsDefinition, list[int]]:
    """An asset that fails so many times, and the list of its attempts."""
    attempts: list[int] = []

    @asset
    def step(context: AssetExecutionContext) -> None:
        with retrying(context, Settings(retry_seconds=0.01)):
            attempts.append(context.retry_number)
            if len(attempts) <= times:
                raise problem

    return step, attempts


def test_a_step_succeeds_once_the_disk_has_room_again() -> None:
    step, attempts = failing(2, OSError(errno.ENOSPC, "No space left on device"))
    assert materialize([step]).success
    assert attempts == [0, 1, 2]


def test_a_step_gives_up_after_three_retries_and_shows_the_fault_itself() -> None:
    step, attempts = failing(99, OSError(errno.ENOSPC, "No space left on device"))
    result = materialize([step], raise_on_error=False)
    assert not result.success
    assert attempts == [0, 1, 2, 3]
    assert "No space left on device" in str(result.failure_data_for_node("step"))


def test_a_fault_that_stays_is_not_tried_again() -> None:
    step, attempts = failing(1, ValueError("a number was expected"))
    assert not materialize([step], raise_on_error=False).success
    assert attempts == [0]
