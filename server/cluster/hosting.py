"""What Dask is asked to do: to start a host on a machine of the cluster, and to wait for its end.

The host is a process of its own, because a worker of Dask that computes a part of something may hold Python's lock for minutes, and a
host has to give signs of life meanwhile.
"""

import json
import subprocess
import sys

HOST = (sys.executable, "-P", "-m", "server.cluster.host")


def host(name: str) -> None:
    """`name`: that of the relay's queue. The thread leaves the worker's pool, so that parts of the run find room."""
    from distributed import get_worker, secede

    worker = get_worker()
    secede()
    security = worker.security
    tls = {"ca": security.tls_ca_file, "certificate": security.tls_worker_cert, "key": security.tls_worker_key}
    setup = {"scheduler": worker.scheduler.address, "tls": tls if security.require_encryption else None, "name": name}
    with subprocess.Popen(HOST, stdin=subprocess.PIPE) as process:  # noqa: S603  ours; it ends with this thread's process: see host.py
        assert process.stdin
        process.stdin.write(json.dumps(setup).encode() + b"\n")
        process.stdin.flush()
        process.wait()
