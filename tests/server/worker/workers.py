"""A worker process as a supervisor sees it, and the tables of the plugin that tests bring."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import psutil

from schema.jobs.models import JobRow, JobStatus
from tests.server.worker import counting
from tests.server.worker.network import change_data, opened_for_change

SOURCE = str(Path(counting.__file__))
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MPLBACKEND": "Agg"}


def task_for(url: str, files: Path, run: int, **given: Any) -> dict[str, Any]:
    return {"run": run, "analysis": "tieCount", "plugin": "counting", "source": SOURCE, "version": "0.1", "settings": {},
            "parameters": {}, "database": url, "files": str(files), "where": None, "as_of": None, "same_as": None,
            "memory": 2**31, "language": "en", **given}


class Worker:
    """Started at once; `ready` when it has imported its libraries."""

    def __init__(self, *preload: str, environment: Mapping[str, str] | None = None):
        self.process = subprocess.Popen([sys.executable, "-P", "-m", "server.worker"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, start_new_session=True, env={**ONE_THREAD, **(environment or {})},
                                        cwd=Path(__file__).resolve().parents[3])
        self.tell({"preload": list(preload)})

    def tell(self, message: Mapping[str, Any]) -> None:
        assert self.process.stdin
        self.process.stdin.write(json.dumps(message).encode() + b"\n")
        self.process.stdin.flush()

    def hear(self) -> dict[str, Any] | None:
        assert self.process.stdout
        line = self.process.stdout.readline()
        return json.loads(line) if line else None

    def run(self, task: Mapping[str, Any], meanwhile: Callable[[subprocess.Popen[bytes]], None] | None = None, at: str = "") -> "Run":
        """Until the process ends. `meanwhile` is called once, when the run has come to the stage `at`."""
        assert self.hear() == {"ready": True}
        self.tell(task)
        messages = []
        while (message := self.hear()) is not None:
            messages.append(message)
            if meanwhile is not None and message.get("progress", {}).get("stage") == at:
                meanwhile(self.process)
                meanwhile = None
        code = self.process.wait(10)
        return Run(messages, code, self.stop())

    def stop(self) -> str:
        """Ends the process, if it has not ended. What it said aside."""
        assert self.process.stderr
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.close()
        text = self.process.stderr.read().decode()
        self.process.stderr.close()
        self.process.stdout.close()
        self.process.wait(10)
        return text


class Run:
    """What a worker said and how it ended."""

    def __init__(self, messages: list[dict[str, Any]], code: int, stderr: str):
        self.messages, self.code, self.stderr = messages, code, stderr

    def one(self, name: str) -> Any:
        found = [message[name] for message in self.messages if name in message]
        assert len(found) == 1, f"{name}: {found}\n{self.stderr}"
        return found[0]

    @property
    def stages(self) -> list[str]:
        return list(dict.fromkeys(message["progress"]["stage"] for message in self.messages if "progress" in message))


def computed(task: Mapping[str, Any]) -> Run:
    return Worker().run(task)


def make_tables(url: str) -> None:
    """The plugin's, and rows for the runs 1 and 2."""
    with opened_for_change(url) as database:
        counting.Tables.metadata.create_all(database.engine)
    change_data(url, *[lambda work, id_=id_: work.session.add(JobRow(id=id_, kind="tieCount", status=JobStatus.RUNNING)) for id_ in (1, 2)])


def runs(process: psutil.Process) -> bool:
    """Whether a process is still there after a while."""
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline and process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
        time.sleep(0.05)
    return time.monotonic() >= deadline
