"""A full disk for one process: from then on the kernel answers what it writes with "No space left on device".

A seccomp filter does that, under any user and without a file system of its own, and whoever writes is met: Python,
SQLite and DuckDB alike. As on a disk that has just filled up, a little still fits. Linux only. It lasts as long as the
process; the next one finds room again.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct

STILL_FITS = 16_384  # bytes, in one write
# by the kernel's numbers: seccomp itself, and the calls write and pwrite64
CALLS = {"x86_64": (317, (1, 18)), "aarch64": (277, (64, 68))}
NO_NEW_PRIVILEGES, SET_FILTER, ALL_THREADS = 38, 1, 1
LOAD, EQUAL, GREATER, RETURN = 0x20, 0x15, 0x25, 0x06
NUMBER, SIZE = 0, 32  # where the call and its third argument stand in what a filter sees
ALLOW, REFUSE = 0x7FFF0000, 0x00050000 | errno.ENOSPC


class Program(ctypes.Structure):
    """What the kernel takes: a number of instructions, and where they stand."""

    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def fill_the_disk() -> None:
    """Let every larger write of this process fail."""
    call, (write, pwrite) = CALLS[platform.machine()]
    instructions = [
        (LOAD, 0, 0, NUMBER),
        (EQUAL, 2, 0, write),
        (EQUAL, 1, 0, pwrite),
        (RETURN, 0, 0, ALLOW),
        (LOAD, 0, 0, SIZE),
        (GREATER, 0, 1, STILL_FITS),
        (RETURN, 0, 0, REFUSE),
        (RETURN, 0, 0, ALLOW),
    ]
    program = Program(len(instructions), b"".join(struct.pack("=HBBI", *one) for one in instructions))
    library = ctypes.CDLL(None, use_errno=True)
    refused = library.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    refused = refused or library.syscall(call, SET_FILTER, ALL_THREADS, ctypes.byref(program))
    if refused:
        raise OSError(ctypes.get_errno(), f"no filter: {os.strerror(ctypes.get_errno())}")
