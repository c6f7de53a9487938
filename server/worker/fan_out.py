"""Spreading the parts of one run over the processors: thousands of series, many folds of a test."""

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

from schema.analyses.contract import InsufficientData, InvalidParameters, Progress
from server.worker.spreading import GivenUp, make_portable, parallel

T = TypeVar("T")
R = TypeVar("R")
ATTEMPTS = 2  # a process that something killed takes its unfinished parts with it; they are computed once more
PLAIN = (InsufficientData, InvalidParameters, MemoryError)  # these say all there is to say


class PartFailed(Exception):
    """One part of many could not be computed. The text says which, and with what kind of error; the cause is the error itself."""


def fan_out(function: Callable[[T], R], items: Iterable[T], progress: Progress, stage: str) -> list[R]:
    """`[function(item) for item in items]`, on as many processes as there are processors (LOKY_MAX_CPU_COUNT says how many at most), or
    on a Dask cluster where runs are computed there.

    `function` stands at the top of a module, and items and results can be pickled; a part of a second or more is worth sending.
    Parts are computed anew when something kills their process, so they must not change anything. Progress is told as parts are done;
    results come in the order of the items. Raises `PartFailed`.
    """
    given = list(items)
    done: dict[int, R] = {}
    _make_portable(function)
    for attempt in range(1, ATTEMPTS + 1):
        try:
            for at, value in _computed(function, given, [at for at in range(len(given)) if at not in done]):
                done[at] = value
                progress(stage, len(done), len(given))
            break
        except GivenUp as error:  # Dask has begun them anew already, on other workers
            raise PartFailed(f"{error} after {len(done)} of {len(given)} parts") from error
        except _killed() as error:
            if attempt == ATTEMPTS:
                raise PartFailed(f"{type(error).__name__}, twice, after {len(done)} of {len(given)} parts") from error
            progress.warn("A process that computed a part of the run was killed; what it had not finished was computed again.")
    return [done[at] for at in range(len(given))]


def _computed(function: Callable[[T], R], given: Sequence[T], left: Sequence[int]) -> Iterable[tuple[int, R]]:
    """Parts as they are done, each with its place. The first failure is raised when what is under way, two parts a process at most, is
    done as well: loky's own threads fail when it is stopped in the middle of them."""
    failure: Exception | None = None

    def wanted() -> Iterator[tuple[Any, ...]]:
        for at in left:
            if failure is not None:
                return
            yield function, at, given[at]

    with parallel(_part, len(left)) as work:
        for at, value, error in work(wanted()):
            if error is None:
                yield at, value
            elif failure is None:
                failure = error if isinstance(error, PLAIN) else _failed(error, at, len(given))
    if failure is not None:
        raise failure


def _failed(error: Exception, at: int, parts: int) -> PartFailed:
    failure = PartFailed(f"{type(error).__name__} in part {at + 1} of {parts}")
    failure.__cause__ = error
    return failure


def _part(function: Callable[[T], R], at: int, item: T) -> tuple[int, R | None, Exception | None]:
    try:
        return at, function(item), None
    except Exception as error:  # noqa: BLE001  it is raised again where the run is computed
        return at, None, error


def _killed() -> type[Exception]:
    from joblib.externals.loky.process_executor import TerminatedWorkerError

    killed: type[Exception] = TerminatedWorkerError
    return killed


def _make_portable(function: Callable[..., Any]) -> None:
    """A module that was loaded from a file cannot be imported elsewhere by its name."""
    module = sys.modules.get(function.__module__)
    if module is not None and module.__name__.startswith("guanxi_plugin_"):
        make_portable(module)
