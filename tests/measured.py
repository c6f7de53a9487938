"""The demo as a first start leaves it on SQLite, measured. That takes most of a minute, so all tests of a run share one, also those in
other processes; each works on a copy."""

import fcntl
import os
import shutil
import uuid
from dataclasses import dataclass
from pathlib import Path

from server import demo
from server.database import open_database
from tests.server.processes import served

NAME = "guanxi.db"  # as a server calls it that is told nothing


@dataclass(frozen=True)
class MeasuredDemo:
    """`said`: the lines that the server printed until the demo was measured."""

    path: Path
    said: list[str]

    def copied(self, folder: Path) -> str:
        """The address of a copy, with the files of its runs beside it."""
        copy = folder / f"{uuid.uuid4().hex}.db"
        shutil.copytree(f"{self.path}.files", f"{copy}.files")
        return f"sqlite:///{shutil.copyfile(self.path, copy)}"


def measured_demo(base: Path) -> MeasuredDemo:
    """`base`: the folder of this process's tests."""
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "measured-demo"
    folder.mkdir(exist_ok=True)
    said = folder / "said"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not said.exists():
            _measure(folder)
    return MeasuredDemo(folder / NAME, said.read_text().splitlines())


def _measure(folder: Path) -> None:
    with served(folder, "--demo", until=demo.MEASURED) as serving:
        serving.process.terminate()
        serving.process.wait()
    open_database(f"sqlite:///{folder / NAME}").engine.dispose()  # the last connection moves the log into the file
    (folder / "said").write_text(serving.said)
