"""One writer per home: the claim is waited for, says whose it is, and dies with its process."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from orchestration.home.lock import ClaimRefused, holder, write_claim
from orchestration.home.paths import Home

SPAWN = multiprocessing.get_context("spawn")


def hold(root: str, claimed: Any) -> None:
    """Take the claim and keep it until killed."""
    with write_claim(Home(Path(root)), "een andere run"):
        claimed.set()
        time.sleep(600)


@pytest.fixture
def other_writer(home: Home) -> Any:
    claimed = SPAWN.Event()
    process = SPAWN.Process(target=hold, args=(str(home.root), claimed))
    process.start()
    assert claimed.wait(60)
    yield process
    process.kill()
    process.join()


def test_nobody_holds_a_fresh_home(home: Home) -> None:
    assert holder(home) is None


def test_the_holder_is_named_and_forgotten_afterwards(home: Home) -> None:
    with write_claim(home, "quarterly_run"):
        assert "quarterly_run" in (holder(home) or "")
    assert holder(home) is None


def test_the_second_waits_says_for_whom_and_gets_it_when_the_first_is_killed(
    home: Home, other_writer: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="orchestration")
    killer = threading.Timer(1, os.kill, (other_writer.pid, signal.SIGKILL))
    killer.start()
    with write_claim(home, "deze run"):
        assert not killer.is_alive()
    assert f"Wacht op een andere run (proces {other_writer.pid}" in caplog.text


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[1]",
        b"null",
        b'{"pid": 1}',
        b"\xff\xfe\x00",
        b"tekst",
        b"[" * 100_000,
        b'{"purpose": "a", "pid": [], "since"',
    ],
    ids=["leeg", "lijst", "niets", "half", "geen tekst", "tekst", "diep", "afgebroken"],
)
def test_whatever_stands_in_the_lock_the_claim_is_told_of(home: Home, other_writer: Any, content: bytes) -> None:
    home.lock.write_bytes(content)
    assert holder(home) == "een ander proces"


def test_what_a_lock_says_is_shown_and_not_obeyed(home: Home, other_writer: Any) -> None:
    home.lock.write_text('{"purpose": "\\u001b[2J\\n[red]run[/red]", "pid": 1, "since": "nu"}', encoding="utf-8")
    assert holder(home) == "\\x1b[2J\\n[red]run[/red] (proces 1, sinds nu)"


def test_a_folder_in_the_place_of_the_lock_is_told_in_dutch(home: Home) -> None:
    home.lock.mkdir()
    with pytest.raises(ClaimRefused, match="is een map"), write_claim(home, "run"):
        raise AssertionError("never claimed")
