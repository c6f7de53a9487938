"""What the log says of a run that failed: where in the code, never with what values."""

import logging
import re

from schema.analyses.queue import Claim
from server.runs.endings import Failed
from server.runs.worker_process import WorkerProcess

FRAME = re.compile(r'^\s+File "(?P<file>[^"]+)", line (?P<line>\d+),? in (?P<function>\S+)')
RAISED = re.compile(r"^(?P<type>[A-Za-z_][\w.]*)(?::|$)")
MOST_FRAMES = 30


def log_failure(claim: Claim, ending: Failed, worker: WorkerProcess | None) -> None:
    """All that the worker said aside is shown by `debug` only: a traceback's message, or a plugin's print, may quote a customer."""
    logger = logging.getLogger("guanxi")
    lines = worker.stderr if worker else []
    extra = {"run": claim.run, "operation": claim.kind, "codes": [ending.code], "error": traceback_of(lines)}
    logger.warning("run failed", extra=extra)
    for line in lines:
        logger.debug("worker", extra={"run": claim.run, "detail": line})


def traceback_of(lines: list[str]) -> dict[str, object] | None:
    """The last traceback among the lines: the type of what was raised, and the frames."""
    starts = [number for number, line in enumerate(lines) if line.startswith(("Traceback (", "Fatal Python error"))]
    last = lines[starts[-1]:] if starts else []
    frames = [f"{found['file']}:{found['line']} {found['function']}" for line in last if (found := FRAME.match(line))]
    if not frames:
        return None
    raised = [found["type"] for line in last[1:] if (found := RAISED.match(line))]
    return {"type": raised[0] if raised else "worker", "frames": frames[-MOST_FRAMES:]}
