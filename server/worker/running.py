"""One run from its task to its result, and what each way of failing is called."""

import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from plugins.manager import SetAside, analysis_of, load
from schema.analyses.contract import Analysis, InsufficientData, InvalidParameters, Result
from schema.analyses.parameters import read_input
from schema.analyses.selections import filter_of
from schema.messages import say
from server.worker.channel import Channel, ReportedProgress
from server.worker.database import is_lost
from server.worker.environment import environment
from server.worker.fan_out import PartFailed
from server.worker.libraries import missing_library, told
from server.worker.results.digest import result_digest
from server.worker.results.fitting import UnfitResult, fit
from server.worker.results.writing import write_result
from server.worker.snapshots.snapshot import TakenSnapshot
from server.worker.snapshots.taking import SnapshotGone, UnknownTable, take_snapshot
from server.worker.spreading import spread_over
from server.worker.storage import is_full
from server.worker.task import Task


@dataclass
class Failed(Exception):
    """How a run ends that cannot be done. `text` is for whoever started it."""

    code: str
    text: str


class Cut(Exception):
    """The database went away, which is nobody's fault here: the run may be computed anew."""


def compute_run(task: Task, channel: Channel) -> None:
    """The last thing said is the result, or why there is none."""
    try:
        with named_failures(task):
            channel.send(result=_result(task, channel))
    except Cut:
        channel.send(lost="the database went away from the process that computed it")
    except Failed as failure:
        traceback.print_exc(file=sys.stderr)
        channel.send(failure={"code": failure.code, "message": failure.text})


@contextmanager
def named_failures(task: Task) -> Iterator[None]:
    """What is not the plugin's doing, nor the user's, is ours."""
    try:
        yield
    except Failed:
        raise
    except SnapshotGone as error:
        raise Failed("SNAPSHOT_GONE", say("run_snapshot_gone", task.language)) from error
    except (UnfitResult, UnknownTable, SetAside) as error:
        raise Failed("PLUGIN_ERROR", str(error)) from error
    except MemoryError as error:
        raise Failed("OUT_OF_MEMORY", say("run_out_of_memory", task.language, most=f"{task.memory / 2**20:,.0f}")) from error
    except Exception as error:
        if is_full(error):
            raise Failed("STORAGE_FULL", say("run_storage_full", task.language)) from error
        if is_lost(error):
            raise Cut from error
        raise Failed("INTERNAL", say("run_internal", task.language)) from error


@contextmanager
def plugin_at_work(task: Task) -> Iterator[None]:
    """What a plugin raises, whatever it is, ends its run and nothing else."""
    try:
        yield
    except InsufficientData as error:
        raise Failed("INSUFFICIENT_DATA", str(error)) from error
    except InvalidParameters as error:
        raise Failed("INVALID", ": ".join(filter(None, [".".join(error.path), str(error)]))) from error
    except (MemoryError, SetAside, UnfitResult):
        raise
    except ModuleNotFoundError as error:
        raise lacking(error, task) from error
    except (Exception, SystemExit) as error:
        raise at_fault(error, task) from error


def at_fault(error: BaseException, task: Task) -> Failed:
    what = str(error) if isinstance(error, PartFailed) else type(error).__name__
    return Failed("PLUGIN_ERROR", say("run_plugin_raised", task.language, plugin=task.plugin, error=what))


def lacking(error: ModuleNotFoundError, task: Task) -> Failed:
    """What a plugin needs may not be installed; a module of its own that is not there is its mistake."""
    library = missing_library(error)
    if library is None:
        return at_fault(error, task)
    words = told(library, task.plugin, task.language)
    return Failed(words["code"], words["message"])


def _result(task: Task, channel: Channel) -> dict[str, Any]:
    progress = ReportedProgress(channel)
    with plugin_at_work(task):
        plugin = load(task.plugin, task.source)
        analysis = analysis_of(plugin, task.settings, task.analysis)
        start = read_input(analysis.start, task.parameters)
        storage = plugin.ask("storage")
        needs = analysis.tables(start)
        for library in analysis.libraries:
            import_module(library)  # or the data would be read for nothing
    snapshot = _snapshot(task, analysis, needs, channel, progress)
    with plugin_at_work(task), spread_over(task.cluster):
        result = _checked(analysis.compute(snapshot, start, progress), analysis)
    tables = fit(task.plugin, storage.metadata if storage else None, result.tables)
    write_result(task.database, task.run, tables, progress)
    return {
        "digest": result_digest(result, tables), "summary": result.summary, "metrics": result.metrics,
        "charts": _charts(task, analysis, result, snapshot, progress), "artifacts": [],
        "environment": environment(task.plugin, task.version, analysis.libraries),
    }


def _snapshot(task: Task, analysis: Analysis[Any], needs: tuple[str, ...], channel: Channel, progress: ReportedProgress) -> TakenSnapshot:
    progress("reading")
    snapshot, record = take_snapshot(task, needs)
    channel.send(snapshot=record | {"selection": {"where": filter_of(analysis.start, task.parameters)}})
    found = record["rowCounts"][needs[0]]
    if found < analysis.minimum_rows:
        raise Failed("INSUFFICIENT_DATA", say("run_rows", task.language, found=found, table=needs[0], least=analysis.minimum_rows))
    return snapshot


def _charts(task: Task, analysis: Analysis[Any], result: Result, snapshot: TakenSnapshot,
            progress: ReportedProgress) -> list[dict[str, Any]]:
    if not analysis.charts:
        return []
    progress("drawing")
    with plugin_at_work(task):
        from server.worker.drawing import draw_charts  # half a second of Matplotlib, which computing does not wait for

        return draw_charts(analysis, result, snapshot, task.folder, task.language, progress.warn)


def _checked(result: Any, analysis: Analysis[Any]) -> Result:
    if not isinstance(result, Result):
        raise UnfitResult(f"The analysis {analysis.name} has to return a Result, and returned {type(result).__name__}.")
    return result
