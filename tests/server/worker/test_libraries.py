"""A library that is not installed: whoever waits for a run, or for an answer, is told which one."""

from pathlib import Path
from typing import Any

import pytest

from schema.errors import RequestError
from schema.inquiries.contract import Question
from server.inquiries.answers import answer_of
from tests.server.worker.network import populate
from tests.server.worker.workers import Run, Worker, make_tables, task_for


def without(library: str, folder: Path) -> Worker:
    """A worker that cannot find a library."""
    (folder / "sitecustomize.py").write_text(f"import sys\nsys.modules[{library!r}] = None\n")
    return Worker(environment={"PYTHONPATH": str(folder)})


@pytest.fixture
def url(sqlite_url: str) -> str:
    populate(sqlite_url)
    make_tables(sqlite_url)
    return sqlite_url


def said(library: str, plugin: str = "counting") -> str:
    return f"The library {library} is missing: install guanxi[analytics], or what else the plugin {plugin} needs."


def failure(run: Run) -> tuple[str, str]:
    assert run.code == 0
    return run.one("failure")["code"], run.one("failure")["message"]


@pytest.mark.parametrize("library", ["pyarrow", "numpy", "adbc_driver_manager"])
def test_without_what_every_run_needs(url: str, tmp_path: Path, library: str) -> None:
    assert failure(without(library, tmp_path).run(task_for(url, tmp_path, 1))) == ("LIBRARY_MISSING", said(library))


def test_without_what_the_analysis_needs_no_data_is_read(url: str, tmp_path: Path) -> None:
    graph = {"analysis": "graphMetrics", "plugin": "graph", "source": "plugins.graph",
             "parameters": {"metrics": ["COMMUNITY"], "seed": 1}, "settings": {}}
    run = without("igraph", tmp_path).run(task_for(url, tmp_path, 1, **graph))
    assert failure(run) == ("LIBRARY_MISSING", said("igraph", "graph"))
    assert run.stages == []


def test_in_chinese(url: str, tmp_path: Path) -> None:
    run = without("pyarrow", tmp_path).run(task_for(url, tmp_path, 1, language="zh"))
    assert failure(run)[1] == "缺少库 pyarrow：请安装 guanxi[analytics] 或插件 counting 所需的其他库。"


@pytest.mark.parametrize("library", ["pyarrow", "numpy"])
def test_every_question_is_answered_with_the_name(url: str, tmp_path: Path, library: str) -> None:
    worker = without(library, tmp_path)
    assert worker.hear() == {"ready": True}
    worker.tell({"inquiries": {"database": url, "files": str(tmp_path), "memory": 2**31, "seconds": 20}})
    for _ in range(2):
        found = asked(worker, {"fromId": "c_1", "toId": "c_2"})
        assert (found["code"], found["message"]) == ("LIBRARY_MISSING", said(library, "graph"))
        with pytest.raises(RequestError, match=f"The library {library} is missing") as refused:
            answer_of({"failure": found}, Question("graph", "shortestPath", {}))
        assert refused.value.extensions == {"code": "LIBRARY_MISSING", "plugin": "graph"}
    worker.stop()


def asked(worker: Worker, given: dict[str, Any]) -> dict[str, Any]:
    worker.tell({"plugin": "graph", "source": "plugins.graph", "version": "1", "settings": {}, "inquiry": "shortestPath", "given": given,
                 "where": None, "as_of": None, "language": "en"})
    heard = worker.hear()
    assert heard is not None
    found: dict[str, Any] = heard["failure"]
    return found
