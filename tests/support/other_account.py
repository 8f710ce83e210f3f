"""Does something as another account of this computer, for real: in a process that has given up being who we are."""

from __future__ import annotations

import multiprocessing
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

NOBODY = 65534
FORK = multiprocessing.get_context("fork")


def as_another(work: Callable[[], Any]) -> Any:
    """What the work gives when the account `nobody` does it; what it raises is raised here."""
    if os.geteuid() != 0:
        pytest.skip("only root can become another account")
    receiving, sending = FORK.Pipe(duplex=False)
    process = FORK.Process(target=_as_nobody, args=(work, sending))
    process.start()
    given = receiving.recv()
    process.join()
    if isinstance(given, Exception):
        raise given
    return given


def _as_nobody(work: Callable[[], Any], sending: Any) -> None:
    os.setgroups([])
    os.setgid(NOBODY)
    os.setuid(NOBODY)
    try:
        sending.send(work())
    except Exception as problem:
        sending.send(problem)


@contextmanager
def folder_for_all() -> Iterator[Path]:
    """A folder that every account can look into: pytest's own are closed."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)
