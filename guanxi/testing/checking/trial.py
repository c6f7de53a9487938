"""`python -m guanxi.testing.checking.trial`: the analyses of a plugin computed on small snapshots, without a database.

The task comes as JSON on standard input; the last line on standard output tells what became of each analysis.
"""

import json
import math
import os
import sys
import tempfile
import traceback
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from guanxi.testing.data import SETS, SHOP, DataSet
from guanxi.testing.snapshots import snapshot
from plugins.manager import analysis_of, load
from schema.analyses.contract import Analysis, InsufficientData, InvalidParameters, Result
from schema.analyses.parameters import read_input
from server.worker.drawing import draw_charts
from server.worker.results.digest import result_digest
from server.worker.results.fitting import UnfitResult, fit

ENOUGH = (InsufficientData, InvalidParameters)


class Quiet:
    """Nobody hears the progress."""

    def __call__(self, stage: str, done: int = 0, total: int | None = None) -> None:
        pass

    def warn(self, text: str) -> None:
        pass


class Trial:
    def __init__(self, name: str, metadata: Any, analysis: Analysis[Any], parameters: Mapping[str, Any]):
        self._name, self._metadata, self._analysis, self._parameters = name, metadata, analysis, parameters

    def told(self) -> dict[str, Any]:
        found: dict[str, Any] = {"sets": {name: {"raised": self._raised(data)} for name, data in SETS.items()}}
        try:
            first, digest = self._result(SHOP)
        except ENOUGH:
            return found
        except Exception as error:  # noqa: BLE001  whatever a plugin raises
            return found | {"failed": described(error)}
        return found | {"digests": [digest, self._result(SHOP)[1]], "charts": self._charts(first),
                        "infinite": [*infinite("summary", dict(first.summary)), *infinite("metrics", [vars(one) for one in first.metrics])]}

    def _result(self, data: DataSet) -> tuple[Result, str]:
        start = read_input(self._analysis.start, self._parameters)
        result = self._analysis.compute(self._snapshot(data, start), start, Quiet())
        return result, result_digest(result, fit(self._name, self._metadata, result.tables))

    def _snapshot(self, data: DataSet, start: Any) -> Any:
        taken = snapshot(data, needs=self._analysis.tables(start))
        if taken.table(self._analysis.tables(start)[0]).num_rows < self._analysis.minimum_rows:
            raise InsufficientData("as a worker would say before it computes")
        return taken

    def _raised(self, data: DataSet) -> str | None:
        try:
            result, _ = self._result(data)
        except ENOUGH:
            return None
        except UnfitResult as error:
            return str(error)
        except Exception as error:  # noqa: BLE001  as above
            return described(error)
        return next(infinite("summary", dict(result.summary)), None)

    def _charts(self, result: Result) -> list[str]:
        said: list[str] = []
        start = read_input(self._analysis.start, self._parameters)
        with tempfile.TemporaryDirectory() as folder:
            for language in ("en", "zh"):
                draw_charts(self._analysis, result, self._snapshot(SHOP, start), Path(folder), language, said.append)
        return said


def infinite(place: str, value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from infinite(f"{place}.{name}", inner)
    elif isinstance(value, list | tuple):
        for at, inner in enumerate(value):
            yield from infinite(f"{place}[{at}]", inner)
    elif isinstance(value, float) and not math.isfinite(value):
        yield place


def described(error: BaseException) -> str:
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__}: {' '.join(str(error).split())[:200]} (at {frame.filename}:{frame.lineno})"


def main() -> None:
    task = json.loads(sys.stdin.read())
    outgoing = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a plugin prints must not pass for the answer
    plugin = load(task["plugin"], task["source"])
    storage = plugin.ask("storage")
    found = {name: Trial(task["plugin"], storage.metadata if storage else None, analysis_of(plugin, task["settings"], name), given).told()
             for name, given in task["analyses"].items()}
    print(json.dumps(found), file=outgoing)
    outgoing.close()


if __name__ == "__main__":
    main()
