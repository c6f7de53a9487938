"""What processes take: CPU seconds of one and all that descend from it, and resident memory; and which cores they may run on."""

import os
from dataclasses import dataclass

import psutil  # type: ignore[import-untyped]  # it brings no types


def cpu(pid: int) -> float:
    """CPU seconds, of children that have ended too. Linux counts them in hundredths."""
    top = psutil.Process(pid)
    seconds = 0.0
    for process in (top, *top.children(recursive=True)):
        try:
            seconds += sum(process.cpu_times()[:4])  # user, system, and both of its children that have ended
        except psutil.NoSuchProcess:
            continue
    return seconds


def resident(pid: int) -> int:
    """Bytes, of this process alone."""
    return int(psutil.Process(pid).memory_info().rss)


def resident_tree(pid: int) -> int:
    """Bytes, of it and all that descend from it; what they share counts for each."""
    top = psutil.Process(pid)
    return sum(int(one.memory_info().rss) for one in (top, *top.children(recursive=True)))


@dataclass(frozen=True)
class Cores:
    """The server has one core for itself; database and load generator share what is left. With a single core all share it."""

    server: int
    rest: tuple[int, ...]

    @classmethod
    def found(cls) -> "Cores":
        first, *others = sorted(os.sched_getaffinity(0))
        return cls(first, tuple(others) or (first,))

    def pin_database(self, postmaster: int) -> None:
        """What it starts from now on inherits its cores; the processes that write in the background are told one by one."""
        top = psutil.Process(postmaster)
        for process in (top, *top.children(recursive=True)):
            process.cpu_affinity(list(self.rest))

    def serving(self) -> list[str]:
        return ["taskset", "--cpu-list", str(self.server)]

    def loading(self) -> list[str]:
        return ["taskset", "--cpu-list", ",".join(map(str, self.rest))]
