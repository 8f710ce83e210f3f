"""The difference between two states that somebody asks for: releases, or one and what is published. Writes nothing."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from orchestration.home.paths import Home
from orchestration.publishing.opening import NothingPublished, snapshot
from orchestration.releasing.revisions import comparing, sides
from orchestration.releasing.revisions.sides import NOW, NotComparable


@dataclass(frozen=True)
class Difference:
    """The table of what differs, in a file; `is_split`: whether R1 and R3 could be told apart in numbers."""

    table: Path
    is_split: bool


@contextmanager
def difference(home: Home, old: str, new: str = NOW) -> Iterator[Difference]:
    """What differs between a release and another, or what is published now; the file is gone at the end.

    Raises:
        UnknownRelease: there is no such release.
        NotComparable: one of them is not what was handed out, or nothing is published.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="werkmonitor-")))
        before = sides.of_release(home, old)
        if new == NOW:
            try:
                after = sides.of_published(home, stack.enter_context(snapshot(home)))
            except NothingPublished as problem:
                raise NotComparable(str(problem)) from None
        else:
            after = sides.of_release(home, new)
        table = folder / "revisions.duckdb"
        yield Difference(table, comparing.write(home, before, after, table))
