"""What others chose is shown on one line and never obeyed."""

from __future__ import annotations

import errno
import os
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.home.escaping import UNSEEN, in_dutch, shown


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("a\x1b[2Jb", "a\\x1b[2Jb"),
        ("a\nb\r\tc", "a\\nb\\r\\tc"),
        ("a\u202egnp.exe", "a\\u202egnp.exe"),
        ("\u2028", "\\u2028"),
        ("\udcff", "\\udcff"),
        ("\U000e0001", "\\U000e0001"),
        ("zoë & [red] – ok", "zoë & [red] – ok"),
    ],
)
def test_what_cannot_be_seen_is_written_out(text: str, written: str) -> None:
    assert shown(text) == written


@given(st.text())
def test_what_is_shown_can_be_seen_and_encoded(text: str) -> None:
    assert not {unicodedata.category(one) for one in shown(text)} & UNSEEN
    shown(text).encode("utf-8")


@pytest.mark.parametrize("number", [errno.EACCES, errno.ENOENT, errno.ENOSPC, errno.EROFS, errno.EADDRINUSE])
def test_the_system_speaks_dutch(number: int) -> None:
    words = in_dutch(OSError(number, os.strerror(number), "/a\nb"))
    assert words.startswith("/a\\nb: ")
    assert os.strerror(number) not in words
