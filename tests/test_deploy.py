"""The recipes under deploy/: their names are those of the product, and the Dockerfile's steps make a server that its health check likes."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
import yaml

from server.settings import Settings

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"
FILES = sorted(path for path in DEPLOY.iterdir() if path.is_file())
READY_WITHIN = 60.0  # seconds


def instructions(stage: int) -> Iterator[tuple[str, str]]:
    """Of a stage of the Dockerfile, with lines that go on joined."""
    text = (DEPLOY / "Dockerfile").read_text("utf-8").replace("\\\n", "")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    starts = [at for at, line in enumerate(lines) if line.startswith("FROM ")] + [len(lines)]
    for line in lines[starts[stage] + 1:starts[stage + 1]]:
        name, _, rest = line.partition(" ")
        yield name, rest


@pytest.mark.parametrize("path", FILES, ids=[path.name for path in FILES])
def test_every_setting_that_is_named_exists(path: Path) -> None:
    for name in set(re.findall(r"GUANXI_([A-Z_]+)", path.read_text("utf-8"))):
        section, _, key = name.lower().partition("__")
        field = Settings.model_fields[section]
        assert not key or key in type(field.default).model_fields


def test_the_image_holds_what_the_wheel_is_made_of() -> None:
    copied = {part for name, rest in instructions(0) if name == "COPY" for part in rest.split()[:-1]}
    assert {"guanxi", "schema", "plugins", "server", "alembic", "pyproject.toml", "requirements.lock"} <= copied
    assert all((ROOT / one).exists() for one in copied)
    kept = {line[1:] for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if line.startswith("!")}
    assert copied == kept


def test_commands_of_the_recipes_exist() -> None:
    from server.command import main

    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))["services"]
    commands = [services[name]["command"] for name in ("migrating", "answering", "computing")]
    for unit in DEPLOY.glob("*.service"):
        started = re.search(r"^ExecStart=/opt/guanxi/bin/guanxi (.*)$", unit.read_text("utf-8"), re.MULTILINE)
        assert started
        commands.append(shlex.split(started[1]))
    for name, *arguments in commands:
        command = main.get_command(click.Context(main), name)
        assert command, name
        options = {option for parameter in command.params for option in parameter.opts}
        assert {one for one in arguments if one.startswith("--")} <= options


def test_systemd_understands_the_units() -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed here")
    for unit in DEPLOY.glob("*.service"):
        said = subprocess.run(["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, check=False).stderr
        assert [line for line in said.splitlines() if unit.name in line and "is not executable" not in line] == []


@pytest.mark.slow
def test_the_steps_of_the_dockerfile_make_a_server(tmp_path: Path) -> None:
    """By hand, in a folder: the build stage installs, the server starts with the image's environment, and its health check passes."""
    source, target = tmp_path / "src", tmp_path / "opt"
    source.mkdir()
    for name, rest in instructions(0):
        if name == "COPY":
            *parts, where = rest.split()
            for part in parts:
                copy(ROOT / part, source if where == "./" else source / where)
        elif name == "RUN":
            command = rest.replace("/opt/guanxi", str(target)).replace("python -m venv", f"{sys.executable} -m venv")
            subprocess.run(["sh", "-c", command], cwd=source, check=True, stdout=subprocess.DEVNULL)
    settings = dict(re.findall(r"(GUANXI_\w+)=(\S+)", " ".join(rest for name, rest in instructions(1) if name == "ENV")))
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("GUANXI_", "PYTHON"))} | settings
    environment["GUANXI_FILES"] = str(tmp_path / "files")
    server = subprocess.Popen([target / "bin" / "guanxi", "serve", "--port", "8000"], cwd=tmp_path, env=environment, stdout=subprocess.PIPE)
    try:
        healthy(target / "bin" / "python")
    finally:
        server.terminate()
        server.communicate()


def copy(path: Path, where: Path) -> None:
    if path.is_dir():
        shutil.copytree(path, where, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copy(path, where)


def healthy(python: Path) -> None:
    check = next(rest for name, rest in instructions(1) if name == "HEALTHCHECK")
    _, *arguments = json.loads(check[check.index("["):])
    deadline = time.monotonic() + READY_WITHIN
    while subprocess.run([python, *arguments], capture_output=True, check=False).returncode:
        assert time.monotonic() < deadline
        time.sleep(0.5)
