"""Distributions of others beside ours: installed into a folder of their own, which processes find by PYTHONPATH."""

import os
import subprocess
import sys
from pathlib import Path

from tests.server.processes import environment

PATIENCE = 900.0  # seconds; the machine may be busy


def installed_into(folder: Path, *distributions: Path) -> Path:
    """With their entry points. What builds them is here already, and nothing is downloaded."""
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--no-index", "--no-compile",
               "--target", str(folder), *map(str, distributions)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def beside(folder: Path, command: list[str], cwd: Path, **more: str) -> "subprocess.CompletedProcess[str]":
    """A process that sees what is installed there."""
    path = os.pathsep.join([str(folder), *filter(None, [os.environ.get("PYTHONPATH")])])
    return subprocess.run(command, cwd=cwd, check=False, capture_output=True, text=True, timeout=PATIENCE,
                          env=environment(PYTHONPATH=path, **more))


def own_tests(folder: Path, distribution: Path, *more: str) -> str:
    """What pytest says of the distribution's own tests, which pass."""
    done = beside(folder, [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *more], distribution)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
