"""Where the parts of a run are computed: by processes of this machine, or on the Dask cluster that the run's task names."""

import pickle
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

CLUSTER: ContextVar[Mapping[str, Any] | None] = ContextVar("cluster", default=None)


@contextmanager
def spread_over(cluster: Mapping[str, Any] | None) -> Iterator[None]:
    """`cluster`: the address of its `scheduler`, and the files `ca`, `certificate` and `key` of its `tls`. None: this machine."""
    token = CLUSTER.set(cluster)
    try:
        yield
    finally:
        CLUSTER.reset(token)


@contextmanager
def parallel(function: Callable[..., Any], parts: int) -> Iterator[Callable[[Iterable[tuple[Any, ...]]], Iterable[Any]]]:
    """What computes so many parts of a run with joblib: given the arguments of each, it gives the results of `function` as they come.
    Raises `GivenUp`."""
    from joblib import Parallel, cpu_count, delayed

    cluster = CLUSTER.get()
    if cluster is None:
        work = Parallel(max(1, min(cpu_count(), parts)), return_as="generator_unordered")
        yield lambda wanted: work(delayed(function)(*arguments) for arguments in wanted)
        return
    from cloudpickle import dumps  # Dask's
    from distributed import Client

    with Client(cluster["scheduler"], security=security_of(cluster["tls"]), set_as_default=False) as client:
        work = Parallel(-1, backend=telling_backend(client), return_as="generator_unordered")
        yield lambda wanted: work(delayed(unpacked)(dumps((function, arguments))) for arguments in wanted)


def security_of(tls: Mapping[str, str] | None) -> Any:
    from distributed import Security

    return tls and Security(require_encryption=True, tls_ca_file=tls["ca"], tls_client_cert=tls["certificate"], tls_client_key=tls["key"])


def unpacked(part: bytes) -> Any:
    """In bytes a part is all there where it is computed anew. Of large arguments joblib would have Dask keep one copy, which a worker
    that dies takes with it."""
    function, arguments = pickle.loads(part)  # noqa: S301  from the same run
    return function(*arguments)


def telling_backend(client: Any) -> Any:
    """joblib's backend for Dask, which says nothing of a part that Dask itself has given up, so that whoever waits for it waits for ever.
    This one says it."""
    from joblib._dask import DaskDistributedBackend

    class TellingBackend(DaskDistributedBackend):  # type: ignore[misc]  # joblib comes without types
        def effective_n_jobs(self, n_jobs: Any) -> Any:
            return max(2, super().effective_n_jobs(n_jobs))  # with one, joblib would compute the parts in the run's own process

        def submit(self, func: Any, callback: Any = None) -> Any:
            def told(done: Any) -> None:
                if (error := done.exception()) is not None:
                    callback(GivenUp(error))

            future = super().submit(func, callback)
            future.add_done_callback(told)
            return future

        def retrieve_result_callback(self, out: Any) -> Any:
            if isinstance(out, GivenUp):
                raise out
            return super().retrieve_result_callback(out)

    return TellingBackend(client=client)


class GivenUp(Exception):
    """Dask could not have a part computed: its workers died of it, or could not load what it needs."""

    def __init__(self, cause: BaseException):
        super().__init__(type(cause).__name__)
        self.__cause__ = cause


def make_portable(module: Any) -> None:
    """What is needed of a module that others cannot import is sent along."""
    if CLUSTER.get() is None:
        from joblib.externals.loky.backend.reduction import cloudpickle  # the one that loky sends with
    else:
        import cloudpickle
    cloudpickle.register_pickle_by_value(module)
