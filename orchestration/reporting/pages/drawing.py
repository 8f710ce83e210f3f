"""From a drawing to an SVG that can stand in any page: kept by what it is drawn from, ids of its own."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache, cached_property, partial
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from orchestration.home.hashes import sha256_of
from orchestration.reporting.pages import charts
from orchestration.reporting.pages.charts import Datum

FONTS = Path(__file__).parent / "font"
_IDS = re.compile(r'\b(id="|url\(#|href="#)([^")]+)')


@dataclass(frozen=True)
class Drawing:
    """What is drawn, by which function of `charts` (with what else it takes), and how wide."""

    draw: partial[dict[str, Any]]
    data: tuple[Datum, ...]
    width: int

    @cached_property
    def name(self) -> str:
        """All that makes a difference to it, as one short word."""
        data = [one.as_dict() for one in self.data]
        what = repr((self.draw.func.__name__, self.draw.args, sorted(self.draw.keywords.items()), data, self.width))
        return hashlib.sha256((what + _tools()).encode("utf-8")).hexdigest()[:32]


def draw(drawings: Iterable[Drawing], kept: Path, workers: int | None = None) -> dict[str, str]:
    """The SVG of each drawing by its name; those that lie in the folder `kept` are not drawn again."""
    wanted = {one.name: one for one in drawings}
    missing = {name: one for name, one in wanted.items() if not (kept / f"{name}.svg").exists()}
    kept.mkdir(parents=True, exist_ok=True)
    if missing:
        count = min(workers or os.cpu_count() or 1, len(missing))
        with ProcessPoolExecutor(count, get_context("spawn"), _prepare) as pool:
            for name, svg in zip(missing, pool.map(_drawn, missing.values(), chunksize=4), strict=True):
                unfinished = kept / f".{name}.svg"
                unfinished.write_text(svg, encoding="utf-8")
                unfinished.rename(kept / f"{name}.svg")
    return {name: (kept / f"{name}.svg").read_text(encoding="utf-8") for name in wanted}


def with_ids(svg: str, figure: str) -> str:
    """The ids inside as `<figure>-<n>`: vl-convert numbers them per process, and two drawings would share one."""
    seen: dict[str, str] = {}

    def own(match: re.Match[str]) -> str:
        return match[1] + seen.setdefault(match[2], f"{figure}-{len(seen) + 1}")

    return _IDS.sub(own, svg)


@cache
def _tools() -> str:
    """What else a drawing comes from: this theme, the fonts, Altair and vl-convert."""
    files = [*sorted(FONTS.glob("*.otf")), Path(charts.__file__), Path(__file__)]
    made_by = [f"{name} {version(name)}" for name in ("altair", "vl-convert-python")]
    return " ".join([*made_by, *(sha256_of(path) for path in files)])


def _prepare() -> None:
    import vl_convert  # noqa: PLC0415  only in a child: it starts an engine

    vl_convert.register_font_directory(str(FONTS))


def _drawn(drawing: Drawing) -> str:
    import vl_convert  # noqa: PLC0415

    spec = drawing.draw(drawing.data, drawing.width)
    return str(vl_convert.vegalite_to_svg(spec, format_locale="nl-NL"))
