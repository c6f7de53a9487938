"""Parts of a run, as other processes are given them."""

import os
import signal
import time
from pathlib import Path

from schema.analyses.contract import InsufficientData


def square(number: int) -> int:
    time.sleep(0.02 * (5 - number % 5))  # the first are not the first to be done
    return number * number


def process_and_threads(_: int) -> tuple[int, str]:
    time.sleep(0.2)
    return os.getpid(), os.environ["OMP_NUM_THREADS"]


def fail_at_three(number: int) -> int:
    if number == 3:
        raise ZeroDivisionError("a value that nobody should read")
    return number


def find_little(_: int) -> int:
    raise InsufficientData("There is too little.")


def die_once(folder: str) -> str:
    mark = Path(folder) / "died"
    if not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return "done"


def die(_: int) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def leave_a_mark(path: str) -> None:
    if not path:
        raise ZeroDivisionError
    time.sleep(0.2)
    Path(path).touch()
