"""From a specification to an SVG that can stand in any page: kept by what it is drawn from, ids of its own."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterable, Mapping
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

FONTS = Path(__file__).parent / "font"
LOCALE = "nl-NL"
_IDS = re.compile(r'\b(id="|url\(#|href="#)([^")]+)')
Spec = Mapping[str, Any]


def draw(specs: Iterable[Spec], kept: Path, workers: int | None = None) -> dict[str, str]:
    """The SVG of each specification by its `name_of`; those that lie in the folder `kept` are not drawn again."""
    wanted = {name_of(spec): spec for spec in specs}
    missing = {name: spec for name, spec in wanted.items() if not (kept / f"{name}.svg").exists()}
    kept.mkdir(parents=True, exist_ok=True)
    if missing:
        texts = [json.dumps(spec, sort_keys=True) for spec in missing.values()]
        count = min(workers or os.cpu_count() or 1, len(texts))
        with ProcessPoolExecutor(count, get_context("spawn"), _prepare) as pool:
            for name, svg in zip(missing, pool.map(_drawn, texts, chunksize=4), strict=True):
                unfinished = kept / f".{name}.svg"
                unfinished.write_text(svg, encoding="utf-8")
                unfinished.rename(kept / f"{name}.svg")
    return {name: (kept / f"{name}.svg").read_text(encoding="utf-8") for name in wanted}


def name_of(spec: Spec) -> str:
    """A specification, and the fonts that it is drawn with, as one short word."""
    text = json.dumps(spec, sort_keys=True) + "".join(_font_hashes())
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:32]


def with_ids(svg: str, figure: str) -> str:
    """The ids inside as `<figure>-<n>`: vl-convert numbers them per process, and two drawings would share one."""
    seen: dict[str, str] = {}

    def own(match: re.Match[str]) -> str:
        return match[1] + seen.setdefault(match[2], f"{figure}-{len(seen) + 1}")

    return _IDS.sub(own, svg)


def _font_hashes() -> list[str]:
    if not _HASHES:
        _HASHES.extend(hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(FONTS.glob("*.otf")))
    return _HASHES


_HASHES: list[str] = []


def _prepare() -> None:
    import vl_convert  # noqa: PLC0415  only in a child: it starts an engine

    vl_convert.register_font_directory(str(FONTS))


def _drawn(text: str) -> str:
    import vl_convert  # noqa: PLC0415

    return str(vl_convert.vegalite_to_svg(json.loads(text), format_locale=LOCALE))
