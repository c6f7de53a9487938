"""A process that may use a part of a core only, by Linux's control groups: as a slower machine of its own."""

import os
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

FIRST, SECOND = Path("/sys/fs/cgroup/cpu"), Path("/sys/fs/cgroup")  # the two versions
PERIOD = 100_000  # microseconds


class Quota:
    """A context manager. The process is let go of at the end."""

    def __init__(self, pid: int, share: float):
        self._pid, self._share = pid, share
        self._root = FIRST if FIRST.is_dir() else SECOND
        self._group = self._root / f"guanxi-bench-{pid}"

    @staticmethod
    def is_possible() -> bool:
        return os.geteuid() == 0 and (FIRST.is_dir() or (SECOND / "cgroup.controllers").exists())

    def __enter__(self) -> Self:
        self._group.mkdir()
        if self._root == FIRST:
            (self._group / "cpu.cfs_period_us").write_text(str(PERIOD))
            (self._group / "cpu.cfs_quota_us").write_text(str(int(PERIOD * self._share)))
        else:
            (self._group / "cpu.max").write_text(f"{int(PERIOD * self._share)} {PERIOD}")
        (self._group / "cgroup.procs").write_text(str(self._pid))
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        with suppress(OSError):  # the process has ended
            (self._root / "cgroup.procs").write_text(str(self._pid))
        self._group.rmdir()
