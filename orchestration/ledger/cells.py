"""What an accepted file holds, in one word: how many cells, and the hash of them in a fixed order.

By it a later reading is held against the verdict. Where a cell stands in the file plays no part.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from json.encoder import encode_basestring_ascii as as_json

CELL = ("region_code", "trajectory", "measure", "breakdown", "category", "clients")


def counted(cells: Iterable[Sequence[str]]) -> tuple[int, str]:
    """The number of cells (by `CELL`, as text) and their hash."""
    lines = sorted(f"[{', '.join(map(as_json, cell))}]" for cell in cells)  # JSON, without a call of json per cell
    return len(lines), hashlib.sha256("\n".join(lines).encode("ascii")).hexdigest()
