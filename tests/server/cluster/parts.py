"""A scheduler and workers of Dask as operators start them, with TLS and certificates made here."""

import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from distributed import Client

from server.worker.spreading import security_of
from tests.server.cable import Cable
from tests.server.processes import environment

START_WITHIN = 60.0  # seconds


@dataclass(frozen=True)
class Certificates:
    """The files of an authority, and of a certificate that it has signed."""

    ca: Path
    certificate: Path
    key: Path

    @property
    def options(self) -> list[str]:
        return ["--tls-ca-file", str(self.ca), "--tls-cert", str(self.certificate), "--tls-key", str(self.key)]


def certificates(folder: Path) -> Certificates:
    """By the commands of docs/cluster.md."""
    folder.mkdir(exist_ok=True)
    ours = Certificates(folder / "ca.pem", folder / "part.pem", folder / "part.key")
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    for command in (
        ["req", "-x509", *curve, "-keyout", "ca.key", "-out", "ca.pem", "-days", "30", "-subj", "/CN=cluster"],
        ["req", *curve, "-keyout", "part.key", "-out", "part.csr", "-subj", "/CN=part"],
        ["x509", "-req", "-in", "part.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "30", "-out", "part.pem"],
    ):
        subprocess.run(["openssl", *command], cwd=folder, check=True, capture_output=True)
    return ours


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port


@dataclass
class Cluster:
    """`certificates` None: without TLS, on loopback."""

    folder: Path
    certificates: Certificates | None
    port: int = field(default_factory=free_port)
    host: str = "127.0.0.1"
    scheduler: "subprocess.Popen[bytes] | None" = None
    workers: "list[subprocess.Popen[bytes]]" = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"{'tls' if self.certificates else 'tcp'}://{self.host}:{self.port}"

    @property
    def settings(self) -> dict[str, str]:
        """Of a server that computes on it, as its environment has them."""
        files = vars(self.certificates) if self.certificates else {}
        return {"GUANXI_RUNS__ENGINE": "dask", "GUANXI_RUNS__DASK__SCHEDULER": self.address,
                **{f"GUANXI_RUNS__DASK__{name.upper()}": str(file) for name, file in files.items()}}

    def start_scheduler(self) -> None:
        self.scheduler = self._started("scheduler", "--host", self.host, "--port", str(self.port), "--no-dashboard", "--no-show")
        until(self._answers)

    def start_worker(self, *options: str, over: Cable | None = None, **more: str) -> "subprocess.Popen[bytes]":
        """Of one thread, at the other end of the cable where one is given. Without Dask's nanny, so that its process is the one that is
        killed."""
        worker = self._started("worker", self.address, "--host", over.there if over else self.host, "--nthreads", "1", "--no-nanny",
                               "--no-dashboard", "--memory-limit", "0", *options, inside=over.inside if over else (), **more)
        self.workers.append(worker)
        return worker

    def wait_for(self, workers: int) -> None:
        tls = {name: str(file) for name, file in vars(self.certificates).items()} if self.certificates else None
        with Client(self.address, security=security_of(tls), set_as_default=False, timeout=START_WITHIN) as client:
            if workers:
                client.wait_for_workers(workers, timeout=START_WITHIN)

    def stop(self) -> None:
        for process in [*self.workers, *([self.scheduler] if self.scheduler else [])]:
            process.kill()
            process.wait()
        self.workers.clear()

    def runs_on(self, worker: "subprocess.Popen[bytes]") -> list[psutil.Process]:
        """The processes that compute runs below a worker."""
        return [one for one in psutil.Process(worker.pid).children(recursive=True) if "server.worker" in one.cmdline()]

    def _started(self, *arguments: str, inside: Sequence[str] = (), **more: str) -> "subprocess.Popen[bytes]":
        protected = self.certificates.options if self.certificates else []
        with (self.folder / f"{arguments[0]}.log").open("ab") as log:
            command = [*inside, sys.executable, "-P", "-m", "distributed.cli.dask_" + arguments[0], *arguments[1:], *protected]
            return subprocess.Popen(command, cwd=self.folder, env=environment(OMP_NUM_THREADS="1", **more), stdout=log, stderr=log)

    def _answers(self) -> bool:
        try:
            with socket.create_connection((self.host, self.port), 1):
                return True
        except (OSError, ssl.SSLError):
            return False


@contextmanager
def cluster(folder: Path, workers: int = 2, *, protected: bool = True, host: str = "127.0.0.1") -> Iterator[Cluster]:
    """Ended behind the test."""
    parts = Cluster(folder, certificates(folder / "tls") if protected else None, host=host)
    try:
        parts.start_scheduler()
        for _ in range(workers):
            parts.start_worker()
        parts.wait_for(workers)
        yield parts
    finally:
        parts.stop()


def until(holds: "object", seconds: float = START_WITHIN) -> None:
    deadline = time.monotonic() + seconds
    while not holds():  # type: ignore[operator]
        assert time.monotonic() < deadline
        time.sleep(0.05)
