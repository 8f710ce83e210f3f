"""What `werkmonitor ui` starts ends when that is gone, however it went, with all that it started in turn."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import psutil

from orchestration.web import tied

# a program that starts another, and says both are there
PROGRAM = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print(child.pid, flush=True)
time.sleep(600)
"""
PARENT = """
import os, subprocess, sys, time
reading, writing = os.pipe()
command = [sys.executable, "-m", "orchestration.web.tied", str(reading), sys.argv[1]]
tied = subprocess.Popen(command, pass_fds=[reading], stdout=subprocess.PIPE, start_new_session=True)
print(tied.pid, int(tied.stdout.readline()), flush=True)
time.sleep(600)
"""


def test_kill_9_of_the_parent_ends_the_program_and_its_children(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM, encoding="utf-8")
    parent = subprocess.Popen([sys.executable, "-c", PARENT, str(program)], stdout=subprocess.PIPE)
    assert parent.stdout is not None
    family = [psutil.Process(int(number)) for number in parent.stdout.readline().split()]
    assert all(one.is_running() for one in family)
    parent.kill()
    parent.wait()
    _, alive = psutil.wait_procs(family, timeout=tied.SECONDS_TO_STOP)
    # who died and is waited for by nobody is a zombie where process 1 takes no orphans in
    assert [one for one in alive if one.status() != psutil.STATUS_ZOMBIE] == []


def test_while_the_parent_lives_the_program_does(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text("import sys, time; time.sleep(0.5); sys.exit(7)", encoding="utf-8")
    reading, writing = os.pipe()
    command = [sys.executable, "-m", tied.__name__, str(reading), str(program)]
    started = time.monotonic()
    ended = subprocess.run(command, pass_fds=[reading], check=False)
    os.close(reading)
    os.close(writing)
    assert ended.returncode == 7
    assert time.monotonic() - started >= 0.5
