"""Run by the Python that knows `uno`: opens a workbook in LibreOffice, types into cells, saves it as .xlsx.

Reads from standard input, as JSON: source, target, profile (a folder for LibreOffice's own files) and entries, by
"Sheet!A1": a number, a text, or a formula that starts with "=".
"""

import contextlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException

order = json.load(sys.stdin)
pipe = f"werkmonitor_{os.getpid()}_{time.time_ns()}"


def option(name, value):
    made = PropertyValue()
    made.Name, made.Value = name, value
    return made


def connect():
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    for _ in range(240):
        try:
            context = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
            return context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
        except NoConnectException:
            time.sleep(0.25)
    raise SystemExit("LibreOffice did not start")


def enter(document, entries):
    for location, value in entries.items():
        name, _, reference = location.rpartition("!")
        sheet = document.Sheets.getByName(name)
        cell = sheet.getCellRangeByName(reference)
        if isinstance(value, str) and value.startswith("="):
            cell.Formula = value
        elif isinstance(value, str):
            cell.String = value
        else:
            cell.Value = value


office = subprocess.Popen(
    [
        "soffice",
        f"-env:UserInstallation={Path(order['profile']).absolute().as_uri()}",
        f"--accept=pipe,name={pipe};urp;",
        *("--headless", "--norestore", "--nologo", "--nodefault"),
    ],
    stdout=subprocess.DEVNULL,
    stderr=subprocess.DEVNULL,
)
desktop = connect()
try:
    source = Path(order["source"]).absolute().as_uri()
    document = desktop.loadComponentFromURL(source, "_blank", 0, (option("Hidden", True),))
    enter(document, order["entries"])
    document.calculateAll()
    target = Path(order["target"]).absolute().as_uri()
    document.storeToURL(target, (option("FilterName", "Calc MS Excel 2007 XML"),))
    document.close(True)
finally:
    with contextlib.suppress(Exception):  # it hangs up while it says goodbye
        desktop.terminate()
    office.wait(60)
