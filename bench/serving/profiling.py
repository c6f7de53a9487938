"""Where our CPU time goes for one query under load: by py-spy where it is installed, which looks at the running server from outside, else
by cProfile, under which small functions look larger than they are."""

import pstats
import re
import shutil
import subprocess
import sys
from collections import Counter
from io import StringIO
from pathlib import Path

from bench.serving.asking import write_bodies
from bench.serving.comparing import answers
from bench.serving.load import loaded, run
from bench.serving.servers import OURS, Place, Server, served

CONNECTIONS, WARM, SECONDS, RATE = 32, 4, 8, 400
SHOWN = 45  # functions
LINE, ADDRESS = re.compile(r":\d+\)$"), re.compile(r"^0x[0-9a-f]+ ")
PY_SPY = shutil.which("py-spy") or shutil.which("py-spy", path=str(Path(sys.executable).parent))


def profile(query: str, place: Place, customers: int) -> str:
    if PY_SPY:
        with served(OURS, place) as server:
            return sampled(server, ready(server, query, place, customers), place)
    kept = place.folder / f"{query}.profile"
    with served(OURS, place, under=(sys.executable, "-m", "cProfile", "-o", str(kept))) as server:
        load(server, ready(server, query, place, customers), place)
    text = StringIO()
    pstats.Stats(str(kept), stream=text).strip_dirs().sort_stats("tottime").print_stats(SHOWN)
    return text.getvalue()


def ready(server: Server, query: str, place: Place, customers: int) -> Path:
    path = write_bodies(place.folder, server, query, customers)
    answers(server, query, path)
    run(server, path, CONNECTIONS, WARM, place.cores)
    return path


def load(server: Server, path: Path, place: Place) -> None:
    loaded(server, path, CONNECTIONS, SECONDS, place.cores, place.databases.postmaster)


def frame_name(frame: str) -> str:
    """Without the line, and without addresses in libraries that have no names."""
    return LINE.sub(")", ADDRESS.sub("", frame))


def sampled(server: Server, path: Path, place: Place) -> str:
    """Share of the samples in which each function was itself at work, and in which it or what it called was."""
    kept = place.folder / f"{path.name}.stacks"
    command = [str(PY_SPY), "record", "--pid", str(server.pid), "--rate", str(RATE), "--duration", str(SECONDS - 2), "--format", "raw",
               "--native", "--output", str(kept)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as spy:
        load(server, path, place)
        spy.wait()
    alone: Counter[str] = Counter()
    within: Counter[str] = Counter()
    for line in kept.read_text("utf-8").splitlines():
        stack, _, count = line.rpartition(" ")
        frames = [frame_name(frame) for frame in stack.split(";")]
        alone[frames[-1]] += int(count)
        within.update(dict.fromkeys(frames, int(count)))
    whole = sum(alone.values()) or 1
    head = [f"{'itself':>7} {'within':>7}"]
    return "\n".join(head + [f"{count / whole:7.1%} {within[frame] / whole:7.1%}  {frame}" for frame, count in alone.most_common(SHOWN)])
