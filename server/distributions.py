"""Installing distributions into the environment that this process runs in, with pip or with uv, whichever there is."""

import importlib
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Sequence
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import InvalidSdistFilename, InvalidWheelFilename, parse_sdist_filename, parse_wheel_filename


class NotInstalled(Exception):
    """It could not be done; the text says why, and what to do."""


def distribution_of(what: str) -> str:
    """The name of the distribution that somebody asks for: a requirement (“guanxi-lucky>=1”), a wheel, an archive or a folder.
    Raises `NotInstalled`."""
    path = Path(what).expanduser()
    if path.is_dir():
        return _of_folder(path)
    if what.endswith((".whl", ".tar.gz")):
        return _of_file(path)
    try:
        return Requirement(what).name
    except InvalidRequirement:
        raise NotInstalled(f"“{what}” is neither the name of a distribution (guanxi-lucky, guanxi-lucky>=1), nor a wheel, nor a folder "
                           "that is there.") from None


def _of_folder(path: Path) -> str:
    try:
        return str(tomllib.loads((path / "pyproject.toml").read_text("utf-8"))["project"]["name"])
    except (OSError, KeyError, TypeError, tomllib.TOMLDecodeError):
        raise NotInstalled(f"The folder {path} has no pyproject.toml that names a project.") from None


def _of_file(path: Path) -> str:
    if not path.is_file():
        raise NotInstalled(f"There is no file {path}.")
    try:
        return str(parse_wheel_filename(path.name)[0] if path.suffix == ".whl" else parse_sdist_filename(path.name)[0])
    except (InvalidWheelFilename, InvalidSdistFilename):
        raise NotInstalled(f"{path.name} is not called as a wheel or a source archive is.") from None


def install(what: str) -> None:
    """Guanxi itself stays as it is. What the installer says goes to standard error. Raises `NotInstalled`."""
    with tempfile.NamedTemporaryFile("w", prefix="guanxi-", suffix=".txt", encoding="utf-8") as constraint:
        constraint.write(f"guanxi=={version('guanxi')}\n")
        constraint.flush()
        run([*installer("install"), "--constraint", constraint.name, str(Path(what).expanduser()) if Path(what).exists() else what],
            f"{what} was not installed")
    importlib.invalidate_caches()


def uninstall(name: str) -> None:
    """Raises `NotInstalled`."""
    run([*installer("uninstall"), name], f"{name} was not uninstalled")
    importlib.invalidate_caches()


def installer(step: str) -> list[str]:
    """The beginning of a command that does this to our environment, and asks nothing."""
    if find_spec("pip") is not None:
        quiet = ["--quiet", "--disable-pip-version-check", "--no-input"]
        return [sys.executable, "-m", "pip", step, *quiet, *(["--yes"] if step == "uninstall" else [])]
    uv = shutil.which("uv") or (f"{Path(sys.executable).parent}/uv" if (Path(sys.executable).parent / "uv").exists() else None)
    if uv is not None:
        return [uv, "pip", step, "--quiet", "--python", sys.executable]
    raise NotInstalled(f"There is neither pip nor uv to install with: run “{sys.executable} -m ensurepip”, or put uv on the PATH.")


def run(command: Sequence[str], failed: str) -> None:
    done = subprocess.run(command, check=False, stdin=subprocess.DEVNULL, stdout=sys.stderr.fileno() if has_file() else None)  # noqa: S603
    if done.returncode:
        raise NotInstalled(f"{failed}: {Path(command[0]).name} says why above.")


def has_file() -> bool:
    """Whether standard error is one of the system's; under test it may not be."""
    try:
        return sys.stderr.fileno() >= 0
    except (OSError, ValueError):
        return False


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
