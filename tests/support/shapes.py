"""What may stand beside a template's cells, or be written otherwise by another program, and changes none of them.

Each shape is named after what is odd about it and comes from a program or a public report. Nothing is checked here.
"""

from __future__ import annotations

import re
import unicodedata
import warnings
import zipfile
from collections.abc import Callable
from functools import partial
from io import BytesIO
from pathlib import Path

from tests.support import templates
from tests.support.parts import BOOK, FIRST_SHEET, Change, Parts, added, all_of, replaced, sheets, taken_apart, together

RELATIONS = "xl/_rels/workbook.xml.rels"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
DRAWING = "xl/drawings/_rels/drawing1.xml.rels"
IPS = "xl/worksheets/sheet2.xml"
NUMBER = r'(<c r="[A-Z]+[0-9]+"[^>]*?)( t="n")?><v>([0-9]+)</v></c>'
TEXT = r' t="inlineStr"><is><t[^>]*>([^<]*)</t></is></c>'
HARD = "\u00a0"
LOGO = b"""<xml xmlns:v="urn:schemas-microsoft-com:vml"><v:shapetype id="_x0000_t75"><v:formulas>
<v:f eqn="if lineDrawn pixelLineWidth 0"/><v:f eqn="sum @0 1 0"/></v:formulas></v:shapetype></xml>"""
WITHOUT_AN_END = b"<xml><v:shape><br></xml>"
LARGE = b"<worksheet><sheetData>%s</sheetData></worksheet>" % (b"<row>%s</row>" % (b"<c><v>7</v></c>" * 8) * 130_000)
"""More filled cells than a delivery may have."""
CHART = b'<chartsheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetViews/></chartsheet>'


def base() -> Parts:
    """The parts of the small template, filled in."""
    return taken_apart(templates.small_template())


def _sheet_in_front(kind: str, content: bytes, state: str = "visible") -> Change:
    return all_of(
        added(xl__other_dot_xml=content),
        replaced(
            "</Relationships>",
            f'<Relationship Id="rId99" Type="{OFFICE}/{kind}" Target="other.xml"/></Relationships>',
            RELATIONS,
        ),
        replaced("<sheets>", f'<sheets><sheet name="Eigen blad" sheetId="99" state="{state}" r:id="rId99"/>', BOOK),
    )


def _sheet_behind(target: str, content: bytes) -> Change:
    return all_of(
        added(xl__other_dot_xml=content),
        replaced(
            "</Relationships>",
            f'<Relationship Id="rId99" Type="{OFFICE}/worksheet" Target="{target}"/></Relationships>',
            RELATIONS,
        ),
        replaced("</sheets>", '<sheet name="Eigen blad" sheetId="99" r:id="rId99"/></sheets>', BOOK),
    )


def _renamed(rename: Callable[[str], str]) -> Change:
    def change(parts: Parts) -> None:
        renamed = {rename(name): content for name, content in parts.items()}
        parts.clear()
        parts.update(renamed)

    return change


def _without(*names: str) -> Change:
    def change(parts: Parts) -> None:
        for name in names:
            del parts[name]

    return change


def _each_sheet(rewrite: Callable[[str], bytes]) -> Change:
    def change(parts: Parts) -> None:
        for name in sheets(parts):
            parts[name] = rewrite(parts[name].decode())

    return change


def _shared(parts: Parts) -> None:
    """Texts shared between cells, in two runs and with how they sound; the counts lie."""
    texts: list[str] = []

    def share(found: re.Match[str]) -> str:
        texts.append(found[1])
        return f' t="s"><v>{len(texts) - 1}</v></c>'

    for name in sheets(parts):
        parts[name] = re.sub(TEXT, share, parts[name].decode()).encode()
    halves = [(one[: len(one) // 2], one[len(one) // 2 :]) for one in texts]
    items = "".join(
        f'<si><r><rPr><b/></rPr><t xml:space="preserve">{a}</t></r><r><t xml:space="preserve">{b}</t></r>'
        f'<rPh sb="0" eb="1"><t>zo klinkt het</t></rPh></si>'
        for a, b in halves
    )
    parts["xl/sharedStrings.xml"] = f'<sst count="4000000000" uniqueCount="4000000000">{items}</sst>'.encode()
    related = f'<Relationship Id="rId98" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/></Relationships>'
    replaced("</Relationships>", related, RELATIONS)(parts)


def _pretty(text: str) -> bytes:
    return re.sub(r"><", ">\n      <", re.sub(r"(<[vt]>)([^<]*)(</[vt]>)", r"\1\n  \2\n  \3", text)).encode()


def _prefixed(text: str) -> bytes:
    return re.sub(r"<(/?)(?=[a-zA-Z])", r"<\1x:", text).replace("xmlns=", "xmlns:x=").encode()


def _unplaced(text: str) -> bytes:
    """Rows without numbers and cells without places: each right of the one before, below the row before."""

    def row(found: re.Match[str]) -> str:
        placed = {
            _column(place): cell
            for cell, place in re.findall(r'(<c r="([A-Z]+)[0-9]+"(?:[^>]*/>|[^>]*[^/]>.*?</c>))', found[2])
        }
        cells = [placed.get(number, "<c/>") for number in range(1, max(placed, default=0) + 1)]
        return "<row>" + re.sub(r' r="[A-Z]+[0-9]+"', "", "".join(cells)) + "</row>"

    rows = {int(found[1]): row(found) for found in re.finditer(r'<row r="([0-9]+)"(?:[^>]*[^/>])?>(.*?)</row>', text)}
    all_rows = "".join(rows.get(number, "<row/>") for number in range(1, max(rows) + 1))
    return re.sub(r"<sheetData>.*</sheetData>", lambda _: f"<sheetData>{all_rows}</sheetData>", text).encode()


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _moved_book(parts: Parts) -> None:
    """The workbook's part under another name, to which only the root's relations point."""
    parts["xl/boek.xml"] = parts.pop(BOOK)
    parts["xl/_rels/boek.xml.rels"] = parts.pop(RELATIONS)
    replaced("xl/workbook.xml", "xl/boek.xml", "_rels/.rels")(parts)


def _decomposed(text: str) -> bytes:
    return unicodedata.normalize("NFD", text).encode()


def _end(extra: str) -> Change:
    return replaced("</sheetData>", f"</sheetData>{extra}")


SHAPES: dict[str, Change] = {
    # beside the cells
    "logo_in_the_page_header": added(xl__drawings__vmlDrawing1_dot_vml=LOGO),
    "drawing_that_is_no_xml": added(xl__drawings__vmlDrawing1_dot_vml=WITHOUT_AN_END),
    "power_pivot_model": added(xl__model__item_dot_data=b"\xff\xfe\x00\x01 no xml"),
    "custom_xml_in_utf_16": added(
        customXml__item1_dot_xml="<?xml version='1.0' encoding='utf-16'?><a/>".encode("utf-16")
    ),
    "custom_xml_cut_off": added(customXml__item1_dot_xml=b"<a><b>"),
    "doctype_in_a_picture": added(
        xl__media__image1_dot_svg=b'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" ""><svg/>'
    ),
    "printer_settings": added(xl__printerSettings__printerSettings1_dot_bin=bytes(range(256))),
    "macros": added(xl__vbaProject_dot_bin=b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
    "embedded_workbook": added(xl__embeddings__oleObject1_dot_bin=b"PK\x03\x04"),
    "calculation_chain_of_cells_that_are_not_there": added(
        xl__calcChain_dot_xml=b'<calcChain><c r="ZZZ9" i="7"/></calcChain>'
    ),
    "signature": added(_xmlsignatures__sig1_dot_xml=b"<Signature><Reference URI='#x'/></Signature>"),
    "comments_by_a_program": added(
        xl__comments1_dot_xml=b"<comments><commentList><comment ref='A1'><text><t>1</t></text></comment>"
    ),
    "table_part_damaged": added(xl__tables__table1_dot_xml=b"<table ref="),
    "no_content_types": _without("[Content_Types].xml"),
    "no_theme_and_properties": _without("xl/theme/theme1.xml", "docProps/app.xml", "docProps/core.xml"),
    "no_styles": _without("xl/styles.xml"),
    "styles_damaged": added(xl__styles_dot_xml=b"<styleSheet><cellXfs><xf"),
    "chart_sheet_in_front": _sheet_in_front("chartsheet", CHART),
    "own_sheet_in_front": _sheet_in_front(
        "worksheet", b'<worksheet><sheetData><row r="3"><c r="B3"><v>1</v></c></row></sheetData></worksheet>'
    ),
    "damaged_sheet_in_front": _sheet_in_front("worksheet", b"<worksheet><sheetData><row"),
    "hidden_sheet_of_an_add_in_in_front": _sheet_in_front("worksheet", b"<worksheet/>", "veryHidden"),
    "far_cell_on_another_sheet": _sheet_in_front(
        "worksheet",
        b'<worksheet><sheetData><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>',
    ),
    "large_sheet_in_front": _sheet_in_front("worksheet", LARGE),
    "large_sheet_behind": _sheet_behind("other.xml", LARGE),
    "sheet_with_a_doctype_in_front": _sheet_in_front("worksheet", b"<!DOCTYPE worksheet><worksheet/>"),
    "sheet_whose_part_is_gone": _sheet_behind("gone.xml", b"<worksheet/>"),
    "sheet_without_a_relation": replaced(
        "</sheets>", '<sheet name="Eigen blad" sheetId="99" r:id="rId99"/></sheets>', BOOK
    ),
    "conditional_format_with_formulas_in_an_extension": _end(
        '<extLst><ext xmlns:x14="u" xmlns:xm="v"><x14:conditionalFormatting>'
        "<xm:f>1</xm:f><xm:v>2</xm:v></x14:conditionalFormatting></ext></extLst>"
    ),
    "controls_with_anchors": _end(
        "<controls><control><anchor><from><xdr:col>3</xdr:col><xdr:row>4</xdr:row></from></anchor></control></controls>"
    ),
    "extension_in_a_row": replaced("</row>", "<extLst><ext><x>1</x></ext></extLst></row>"),
    # hints
    "dimension_of_rows": replaced('<dimension ref="[^"]*"', '<dimension ref="1:5"'),
    "dimension_of_columns": replaced('<dimension ref="[^"]*"', '<dimension ref="A:H"'),
    "dimension_with_dollars": replaced('<dimension ref="[^"]*"', '<dimension ref="$A$1:$H$5"'),
    "dimension_of_row_0": replaced('<dimension ref="[^"]*"', '<dimension ref="A0:H5"'),
    "dimension_of_nothing": replaced('<dimension ref="[^"]*"', '<dimension ref=""'),
    "dimension_of_everything": replaced('<dimension ref="[^"]*"', '<dimension ref="A1:XFD1048576"'),
    "spans_that_lie": replaced("<row ", '<row spans="900:1" '),
    "attributes_of_newer_versions": replaced("<row ", '<row x14ac:dyDescent="0.25" '),
    "formatted_rows_to_the_last_one": replaced(
        "</sheetData>", '<row r="1048576"><c r="XFD1048576" s="1"/></row></sheetData>'
    ),
    # the same, written otherwise
    "shared_texts_in_runs_whose_counts_lie": _shared,
    "pretty_printed": _each_sheet(_pretty),
    "prefix_for_the_namespace": _each_sheet(_prefixed),
    "strict_namespace": replaced(
        "http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://purl.oclc.org/ooxml/spreadsheetml/main"
    ),
    "utf_16": _each_sheet(lambda text: f'<?xml version="1.0" encoding="utf-16"?>{text}'.encode("utf-16")),
    "windows_1252": _each_sheet(
        lambda text: f'<?xml version="1.0" encoding="windows-1252"?>{text}'.encode("cp1252", "xmlcharrefreplace")
    ),
    "blank_line_before_the_declaration": _each_sheet(
        lambda text: f'\n<?xml version="1.0" encoding="utf-8"?>{text}'.encode()
    ),
    "byte_order_mark": _each_sheet(lambda text: b"\xef\xbb\xbf" + text.encode()),
    "cells_without_places": _each_sheet(_unplaced),
    "places_with_dollars_in_small_letters": _each_sheet(
        lambda text: re.sub(
            r'<c r="([A-Z]+)([0-9]+)"', lambda found: f'<c r="${found[1].lower()}${found[2]}"', text
        ).encode()
    ),
    "cdata": replaced(NUMBER, r"\1\2><v><![CDATA[\3]]></v></c>"),
    "comment_in_a_value": replaced(NUMBER, r"\1\2><v><!-- 9 -->\3<!-- 9 --></v></c>"),
    "instruction_in_a_value": replaced(NUMBER, r"\1\2><v><?zo 9?>\3</v></c>"),
    "reference_in_a_value": replaced("<v>1", "<v>&#49;"),
    "numbers_as_text": replaced(NUMBER, r'\1 t="inlineStr"><is><t>\3</t></is></c>'),
    "numbers_as_formula_texts": replaced(NUMBER, r'\1 t="str"><v>\3</v></c>'),
    "blanks_round_numbers_as_text": replaced(
        NUMBER, rf'\1 t="inlineStr"><is><t xml:space="preserve">{HARD}\3 </t></is></c>'
    ),
    "decimals": replaced(NUMBER, r"\1\2><v>\3.0</v></c>"),
    "exponents": replaced(NUMBER, r"\1\2><v>\3.0E+00</v></c>"),
    "float_noise_above": replaced(NUMBER, r"\1\2><v>\3.0000000000000002</v></c>"),
    "float_noise_below": replaced("<v>12</v>", "<v>11.999999999999998</v>"),
    "plus_signs_and_zeros": replaced(NUMBER, r"\1\2><v>+00\3</v></c>"),
    "values_before_their_formulas": replaced(NUMBER, r"\1\2><v>\3</v><f>A1*1</f></c>"),
    "calculated_formulas": replaced(NUMBER, r"\1\2><f t='shared' si='0'/><v>\3</v></c>"),
    "invisible_characters_in_texts": replaced("<t>(.)", "<t>\ufeff\\1\u200b"),
    "hard_spaces_round_texts": replaced("<t>([^<]*)</t>", '<t xml:space="preserve">\u00a0\\1 </t>'),
    "accents_apart": _each_sheet(_decomposed),
    "escaped_line_ends": replaced("<t>([^<]*)</t>", r"<t>\1_x000D_</t>"),
    "years_from_1904": replaced("<workbookPr />", '<workbookPr date1904="1"/>', BOOK),
    "space_behind_the_names_of_sheets": replaced('(<sheet [^>]*name="[^"]*)"', '\\1\u00a0 "', BOOK),
    # the zip
    "backslashes": _renamed(lambda name: name.replace("/", "\\")),
    "capitals_in_names": _renamed(str.upper),
    "slash_in_front": _renamed(lambda name: f"/{name}"),
    "workbook_under_another_name": _moved_book,
    "targets_with_backslashes": replaced(r'Target="/xl/worksheets/', r'Target="worksheets\\\\', RELATIONS),
    "no_relations_of_the_root": _without("_rels/.rels"),
    "folders_as_entries": added(xl__=b"", xl__worksheets__=b""),
}
CALCULATED = ("values_before_their_formulas", "calculated_formulas")
"""Made by a program that calculates, which openpyxl's template says of itself that it is not."""


def write(name: str, path: Path) -> None:
    """The template in this shape."""
    parts = base()
    SHAPES[name](parts)
    if name in CALCULATED:
        replaced(' fullCalcOnLoad="1"', "", BOOK)(parts)
    together(parts, path)


def _prefixed_zip(path: Path) -> None:
    together(base(), path)
    path.write_bytes(b"MZ not a zip yet" + path.read_bytes())


def _streamed(path: Path) -> None:
    """Entries whose sizes stand behind them, as whoever cannot seek writes them."""

    class Stream(BytesIO):
        def seekable(self) -> bool:
            return False

        def seek(self, *_: int) -> int:
            raise OSError

        def tell(self) -> int:
            raise OSError

    stream = Stream()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in base().items():
            archive.writestr(name, content)
    path.write_bytes(stream.getvalue())


def _with_entry(name: str, content: bytes | None = None, method: int = zipfile.ZIP_DEFLATED) -> Callable[[Path], None]:
    """One entry more, packed in some way; by default with the content that the part has already."""

    def write(path: Path) -> None:
        parts = base()
        together(parts, path)
        with zipfile.ZipFile(path, "a") as archive, warnings.catch_warnings(action="ignore"):
            for _ in range(2 if content else 1):
                archive.writestr(name, content or parts[name], method)

    return write


def _commented(path: Path) -> None:
    together(base(), path)
    with zipfile.ZipFile(path, "a") as archive:
        archive.comment = b"gemaakt met een ander programma"


FILES: dict[str, Callable[[Path], object]] = {
    **{name: partial(write, name) for name in SHAPES},
    "stored_and_not_packed": lambda path: together(base(), path, zipfile.ZIP_STORED),
    "sizes_behind_the_entries": _streamed,
    "comment_on_the_zip": _commented,
    "sheet_packed_twice": _with_entry(IPS),
    "relations_of_a_drawing_packed_twice": _with_entry(DRAWING, b"<Relationships/>"),
    "relations_of_a_drawing_packed_in_another_way": _with_entry(DRAWING, b"<Relationships/>", zipfile.ZIP_LZMA),
}
"""What writes the template in each shape."""
__all__ = ["FILES", "FIRST_SHEET", "base"]
