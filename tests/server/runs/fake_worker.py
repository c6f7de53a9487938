"""A worker that speaks the protocol and computes nothing: the parameter `do` says how it misbehaves. Run as a script."""

import ctypes
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

RESULT = {"digest": "d" * 64, "summary": {"people": 3}, "metrics": [], "charts": [], "artifacts": [], "environment": {"python": "3.11"}}
SNAPSHOT = {"asOf": "2026-01-01T00:00:00+00:00", "readAt": "2026-01-01T00:00:00+00:00", "digest": "e" * 64, "selection": {},
            "rowCounts": {"customers": 3}, "excludedForConsent": 0, "versions": {"customer": 1}}


def say(**message: Any) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def succeed(task: dict[str, Any]) -> None:
    say(progress={"stage": "counting", "done": 1, "total": 3})
    say(warning="odd\0 data")
    say(snapshot=SNAPSHOT)
    say(progress={"stage": "counting", "done": 3, "total": 3})
    say(result=RESULT | {"summary": {"task": task, "environment": dict(os.environ), "preload": PRELOAD}})


def fail(_: dict[str, Any]) -> None:
    sys.stderr.write('Traceback (most recent call last):\n  File "mine.py", line 3, in rank\nValueError: 王伟 13800138000\n')
    say(failure={"code": "PLUGIN_ERROR", "message": "It went wrong."})


def take_memory(_: dict[str, Any]) -> None:
    """In a process of its own: the whole tree counts."""
    subprocess.run([sys.executable, "-c", "import time; kept = b'x' * 500_000_000; time.sleep(60)"], check=False)


def fill_memory_slowly(_: dict[str, Any]) -> None:
    kept = []
    while True:
        kept.append(b"x" * 10_000_000)
        time.sleep(0.01)


def sleep(task: dict[str, Any]) -> None:
    say(progress={"stage": "sleeping"})
    if marker := task["parameters"].get("child"):
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
        with open(marker, "w") as file:  # noqa: PTH123  a script that imports little
            file.write(f"{os.getpid()} {child.pid}")
    time.sleep(60)


def flood(_: dict[str, Any]) -> None:
    for number in range(20_000):
        say(progress={"stage": "counting", "done": number, "total": 20_000})
        if number % 1000 == 0:
            say(warning=f"{number}" * 1000)
    say(result=RESULT)


def speak_for_ever(_: dict[str, Any]) -> None:
    while True:
        say(progress={"stage": "x" * 100_000})


def linger(_: dict[str, Any]) -> None:
    say(result=RESULT)
    time.sleep(60)


def fall_silent(_: dict[str, Any]) -> None:
    os.close(1)
    time.sleep(60)


def succeed_the_second_time(task: dict[str, Any]) -> None:
    marker = task["parameters"]["marker"]
    if os.path.exists(marker):  # noqa: PTH110
        say(result=RESULT)
    with open(marker, "w"):  # noqa: PTH123
        sleep(task)


WAYS: dict[str, Callable[[dict[str, Any]], object]] = {
    "succeed": succeed,
    "fail": fail,
    "crash": lambda _: os.kill(os.getpid(), signal.SIGKILL),
    "segfault": lambda _: ctypes.string_at(0),
    "exit": lambda _: os._exit(3),
    "leave": lambda _: None,
    "garble": lambda _: sys.stdout.write("Segmentation fault\n"),
    "number": lambda _: sys.stdout.write("17\n"),
    "long line": lambda _: sys.stdout.write("x" * 20_000_000),
    "half a result": lambda _: say(result={"digest": "d"}),
    "unknown": lambda _: (say(progress=7, warning=None, snapshot="no", other=1), say(result=RESULT)),
    "half a digest": lambda _: say(result=RESULT | {"digest": ["no", "text"]}),
    "linger": linger,
    "take memory": take_memory,
    "fill memory": fill_memory_slowly,
    "sleep": sleep,
    "flood": flood,
    "speak for ever": speak_for_ever,
    "fall silent": fall_silent,
    "away": lambda _: say(away="the cluster has no worker"),
    "lost": lambda task: (say(progress={"stage": "counting"}), say(lost="its worker was lost")),
    "second time": succeed_the_second_time,
}
PRELOAD: list[str] = []

if __name__ == "__main__":
    PRELOAD += json.loads(sys.stdin.readline())["preload"]
    say(ready=True)
    given = json.loads(sys.stdin.readline())
    WAYS[given["parameters"]["do"]](given)
