"""`werkmonitor ui` in a real browser, as the data manager uses it; and what a stop does to the run that is going on."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import psutil
import pytest
from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from orchestration.home.paths import SAMPLE_DELIVERIES, Home
from tests.conftest import copied
from tests.support.commands import deliver
from tests.support.definitions_snapshot import SNAPSHOT
from tests.support.web_interface import PATIENCE, Ui, wait_for

QUARTER = "2025-Q1"
RUNS = "{ runsOrError(limit: 1) { ... on Runs { results { runId status stepStats { stepKey } tags { key value } } } } }"
FLAGS = (
    "--headless=new --no-sandbox --disable-gpu --disable-quic --disable-dev-shm-usage --no-first-run --disable-sync "
    "--disable-background-networking --disable-component-update --window-size=1600,1000"
)


def newest_run(ui: Ui) -> dict[str, Any]:
    """The run that was asked for last."""
    return ui.ask(RUNS)["runsOrError"]["results"][0]


@pytest.fixture(scope="module")
def ui(published_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ui]:
    ui = Ui(copied(published_home, tmp_path_factory.mktemp("ui") / "home"))
    yield ui
    ui.stop()


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[webdriver.Chrome]:
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    assert chromium and driver, "this test needs a browser: apt-get install chromium chromium-driver"
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for flag in (*FLAGS.split(), f"--user-data-dir={tmp_path / 'chromium'}"):
        options.add_argument(flag)
    with webdriver.Chrome(options=options, service=Service(driver)) as browser:
        yield browser


def see(browser: webdriver.Chrome, xpath: str) -> str:
    """Wait until it is on the page; its text. A page that is drawn anew meanwhile is looked at again."""
    wait = WebDriverWait(browser, PATIENCE, ignored_exceptions=[WebDriverException])
    return wait.until(lambda _: browser.find_element(By.XPATH, xpath).text, f"waited {PATIENCE} s for {xpath}")


def click(browser: webdriver.Chrome, xpath: str) -> None:
    """Click on it as soon as it can be clicked on."""
    wait = WebDriverWait(browser, PATIENCE, ignored_exceptions=[WebDriverException])
    wait.until(lambda _: browser.find_element(By.XPATH, xpath).click() is None, f"waited {PATIENCE} s for {xpath}")


def picture(browser: webdriver.Chrome, folder: Path, name: str) -> None:
    """For who looks at them: pytest keeps the folder of the last few sessions."""
    browser.save_screenshot(str(folder / f"{name}.png"))


def standing(home: Home) -> tuple[int, int]:
    """The published file, as the system and as its reader knows it."""
    with duckdb.connect(str(home.published), read_only=True) as connection:
        deliveries = connection.sql("select deliveries_in_force from marts.published_state").fetchall()
    return home.published.stat().st_ino, deliveries[0][0]


@pytest.mark.extra
def test_a_quarter_is_run_by_clicks_and_the_published_file_changes(
    ui: Ui, browser: webdriver.Chrome, tmp_path: Path
) -> None:
    snapshot = SNAPSHOT.read_text(encoding="utf-8")
    assets = [line for line in snapshot.splitlines() if line.startswith("asset ")]
    before = standing(ui.home)

    browser.get(ui.page)  # as the start told; from here on a cookie opens the rest
    browser.get(f"{ui.address}/overview/timeline")
    see(browser, "//span[normalize-space()='quarterly_run']")  # that of the command line
    browser.get(f"{ui.address}/asset-groups/")
    for group in {line.split("[")[1].split("]")[0] for line in assets}:
        see(browser, f"//*[name()='svg']//*[text()='{group}']")
    picture(browser, tmp_path, "1-asset-graph")

    browser.get(f"{ui.address}/locations/werkmonitor/jobs/quarterly_run")
    see(browser, "//*[contains(text(), 'Verwerkt de inbox')]")
    click(browser, "//button[starts-with(normalize-space(), 'Materialize all')]")
    # all of them, save the state of a year
    see(browser, f"//*[@role='dialog']//*[text()='Launch runs to materialize {len(assets) - 1} assets']")
    click(browser, "//*[@role='dialog']//*[@aria-haspopup='dialog']")
    click(browser, f"//*[text()='{QUARTER}']")
    click(browser, "//*[@role='dialog']//*[starts-with(text(), 'Launch runs to')]")  # closes the list
    see(browser, "//button[not(@disabled) and normalize-space()='Launch 1 run']")
    picture(browser, tmp_path, "2-launch")
    deliver(ui.home, (SAMPLE_DELIVERIES / QUARTER / "org_009.csv").read_text(encoding="utf-8"), "org_009.csv")
    click(browser, "//button[normalize-space()='Launch 1 run']")

    known = {"key": "dagster/from_ui", "value": "true"}
    run = wait_for(lambda: (run := newest_run(ui)) and known in run["tags"] and run, "the run that was clicked for")
    assert {"key": "dagster/partition", "value": QUARTER} in run["tags"]
    browser.get(f"{ui.address}/runs/{run['runId']}")
    assert see(browser, "//*[text()='Success' or text()='Failure' or text()='Canceled']") == "Success"
    picture(browser, tmp_path, "3-run")

    after = standing(ui.home)
    assert after[0] != before[0]
    assert after[1] == before[1] + 1
    browser.get(f"{ui.address}/assets/published/werkmonitor")
    assert see(browser, "//tr[td[.='deliveries_in_force']]/td[last()]") == str(after[1])
    picture(browser, tmp_path, "4-published-file")
    browser.get(f"{ui.address}/assets/submissions/deliveries?view=checks")
    see(browser, "//*[starts-with(text(), 'Wat de ingangscontrole vond.')]")
    picture(browser, tmp_path, "5-incoming-gate")


LAUNCH = """
mutation ($parameters: ExecutionParams!) {
  launchPipelineExecution(executionParams: $parameters) { __typename ... on LaunchRunSuccess { run { runId } } }
}
"""


@pytest.mark.extra
def test_a_stop_of_the_web_interface_stops_its_run_and_leaves_what_was_published(ui: Ui) -> None:
    before = standing(ui.home)
    job = {"repositoryName": "__repository__", "repositoryLocationName": "werkmonitor", "pipelineName": "quarterly_run"}
    tags = {"tags": [{"key": "dagster/partition", "value": QUARTER}]}
    asked = ui.ask(LAUNCH, parameters={"selector": job, "executionMetadata": tags, "mode": "default"})
    run_id = asked["launchPipelineExecution"]["run"]["runId"]
    wait_for(lambda: "models" in {step["stepKey"] for step in newest_run(ui)["stepStats"]}, "the models")
    family = psutil.Process(ui.process.pid).children(recursive=True)
    assert len(family) > 3  # the three that serve, and the run

    os.kill(ui.process.pid, signal.SIGTERM)
    wait_for(lambda: "wordt afgebroken" in ui.process.output(), "the stop")
    os.kill(ui.process.pid, signal.SIGINT)  # who has no patience changes nothing
    assert "Gestopt." in ui.process.wait()
    assert ui.process.returncode == 0
    _, alive = psutil.wait_procs(family, timeout=10)
    assert alive == []
    assert standing(ui.home) == before

    from orchestration.running import failures
    from orchestration.running.instance import open_instance

    with open_instance(ui.home) as instance:
        run = instance.get_run_by_id(run_id)
        assert run is not None
        assert run.status.value == "FAILURE"
        assert run.tags["dagster/will_retry"] == "true"  # by the daemon, when it is started again
        assert failures.reasons(instance, run_id) == [failures.INTERRUPTED]
