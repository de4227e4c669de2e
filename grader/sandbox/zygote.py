"""A warm process that forks children on request, with numpy imported.

It is started afresh with a clean environment, holds no reference, no answer and no case, stays
single-threaded, and does not reap a child before it is told to. The outlines of what every
submission is asked it reads once: which functions, with arguments of which shapes.
"""

from __future__ import annotations

import array
import contextlib
import faulthandler
import gc
import mmap
import os
import signal
import socket
import sys
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, NoReturn

import msgpack  # type: ignore[import-untyped]
import numpy as np

from grader.sandbox import codec, jail, runner, wire
from grader.sandbox.child import Channel, Known, Loading, serve
from grader.sandbox.wire import Frame

if TYPE_CHECKING:
    from collections.abc import Callable

assert sys.platform == "linux"

_REQUEST_LIMIT = 1 << 16
_DESCRIPTORS = 3


def main(control_fd: str, grader_pid: str, without: str, kind: str) -> None:
    """Answer orders until end of file.

    `["know", size]` with the descriptor of a file that holds outlines, `["fork", settings]` with
    the three descriptors of the child, `["reap", pid]`.

    The children of kind "tests" have pytest and hypothesis in them.
    """
    control = socket.socket(fileno=int(control_fd))
    if kind == "tests":
        from grader.sandbox import testing  # noqa: PLC0415 - the other kind is to be without

        testing.rehearse()
    _warm()
    workshop = jail.prepare(frozenset(without.split()), int(grader_pid))
    jail.renounce(workshop)
    jail.hide_memory()
    faulthandler.register(signal.SIGUSR1, file=2, all_threads=False)  # children inherit it
    control.send(msgpack.packb(["ready", workshop.described()]))
    channel, known = Channel(-1, -1), Known()
    while True:
        message, descriptors = _receive(control)
        if not message:
            return
        order, argument = msgpack.unpackb(message)
        if order == "fork":
            become = partial(_become_child, workshop, argument, descriptors, channel, known)
            control.send(msgpack.packb(_fork(control, descriptors, become)))
        elif order == "know":
            known = _learned(descriptors[0], argument, channel)
            workshop = replace(workshop, memory=jail.memory())
            control.send(msgpack.packb(len(known.headers)))
        else:
            control.send(msgpack.packb(os.waitpid(argument, 0)[1]))


def _warm() -> None:
    """Import all that a child uses at once, and take it out of the collector's sight."""
    np.random.default_rng(0).random()
    _rehearse()
    sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]
    sys.stderr.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]
    gc.collect()
    gc.freeze()


_REHEARSAL = """
import numpy as np

def forward(X, w):
    return X @ X.T + w, {"X": X}

def backward(dZ, cache, params, out=None):
    dX = np.where(dZ > 0, np.exp(-abs(dZ)), 0.5) @ cache["X"]
    return {key: dX.sum(axis=0, keepdims=True) / np.max(value) for key, value in params.items()}
"""
_REHEARSALS = 24


def _rehearse() -> None:
    """Load and run something like a submission: Python optimises what it has run (PEP 659).

    A child forked from a process that has run the same code before needs a third less time.
    """
    text = np.frombuffer(_REHEARSAL.encode(), np.uint8)
    request = {
        "module": "rehearsal",
        "file": "rehearsal.py",
        "notebook": False,
        "cells": [["rehearsal.py", text]],
        "modules": {},
        "rebind": [],
        "skip": [],
        "announce": False,
    }
    forward = ["forward", [np.ones((3, 2)), 2.0], None, [1], 2]
    params = {"W1": np.ones((2, 3)), "b1": np.ones(3)}
    backward = ["backward", [np.ones((3, 3)), codec.Ref(0, 1), params], None, [], 1]
    program = [forward, backward]
    for _ in range(_REHEARSALS):
        loading = Loading(codec.decode(*codec.encode(request)), Channel(-1, -1))
        codec.encode(loading.run())
        asked = codec.encode([[[forward], program, [forward]], [program]])
        runner.run(loading.namespace, *asked, loading.channel.call)
    sys.modules.pop("rehearsal")


def _receive(control: socket.socket) -> tuple[bytes, list[int]]:
    size = _DESCRIPTORS * array.array("i").itemsize
    message, ancillary, _, _ = control.recvmsg(_REQUEST_LIMIT, socket.CMSG_SPACE(size))
    descriptors = array.array("i")
    for level, kind, data in ancillary:
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            descriptors.frombytes(data[: len(data) - len(data) % descriptors.itemsize])
    return message, list(descriptors)


def _learned(fd: int, size: int, channel: Channel) -> Known:
    """Read outlines of requests, and take them out of the collector's sight."""
    known = Known()
    with os.fdopen(fd, "rb") as file, mmap.mmap(file.fileno(), size, prot=mmap.PROT_READ) as data:
        for header, contents in msgpack.unpackb(data):
            known.learn(header, contents, channel.call)
    gc.collect()
    gc.freeze()
    return known


def _fork(control: socket.socket, fds: list[int], become: Callable[[], NoReturn]) -> int:
    pid = os.fork()
    if pid == 0:
        control.close()
        become()
    for fd in fds:
        os.close(fd)
    return pid


def _become_child(
    workshop: jail.Workshop,
    settings: dict[str, Any],
    fds: list[int],
    channel: Channel,
    known: Known,
) -> NoReturn:
    """Lock up, report, serve; a step that fails is reported, and nothing is loaded then."""
    questions, answers, output = fds
    try:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.dup2(output, 1)
        os.dup2(output, 2)
        os.close(output)
        channel.questions, channel.answers = questions, answers
        jail.enter(workshop, settings, keep=frozenset({0, 1, 2, questions, answers}))
    except BaseException as error:  # noqa: BLE001 - no way past this line without the jail
        with contextlib.suppress(OSError):
            text = f"{type(error).__name__}: {error}"[:1000]
            wire.write(answers, Frame(wire.FAILED, 0, msgpack.packb(text), b""))
        os._exit(70)
    try:
        channel.send(wire.READY, b"")
        serve(channel, known)
    finally:
        os._exit(71)
