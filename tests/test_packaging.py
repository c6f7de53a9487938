"""The wheel that users install: built from the source distribution, unpacked, and used from a folder of its own."""

import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = {"guanxi", "schema", "plugins", "server"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[zipfile.ZipFile]:
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, ROOT]
    built = subprocess.run(command, check=False, capture_output=True, text=True)
    assert built.returncode == 0, built.stdout + built.stderr
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as archive:
        yield archive


@pytest.fixture(scope="module")
def unpacked(wheel: zipfile.ZipFile, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("unpacked")
    wheel.extractall(folder)
    return folder


def files_below(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def run(unpacked: Path, cwd: Path, *arguments: str) -> str:
    """Python with the unpacked wheel in front of everything else, away from the repository."""
    result = subprocess.run(
        [sys.executable, *arguments], cwd=cwd, check=False, capture_output=True, text=True,
        env={"PYTHONPATH": str(unpacked), "PYTHONDONTWRITEBYTECODE": "1", "HOME": str(cwd)},
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def test_the_wheel_brings_our_four_packages_and_nothing_else(wheel: zipfile.ZipFile) -> None:
    assert {name.split("/")[0] for name in wheel.namelist() if ".dist-info/" not in name} == PACKAGES


def test_the_core_migrations_do_not_land_in_the_library_of_that_name(unpacked: Path) -> None:
    migrations = files_below(ROOT / "alembic")
    assert "env.py" in migrations
    assert files_below(unpacked / "guanxi" / "migrations") == migrations


def test_the_font_of_charts_is_in_the_wheel_with_its_licence(unpacked: Path) -> None:
    fonts = files_below(ROOT / "server" / "worker" / "fonts")
    assert {"GuanxiSans-Regular.otf", "OFL.txt"} <= set(fonts)
    assert files_below(unpacked / "server" / "worker" / "fonts") == fonts


def test_graphiql_is_in_the_wheel_as_built(unpacked: Path) -> None:
    pages = files_below(ROOT / "server" / "graphiql")
    assert "index.html" in pages
    assert files_below(unpacked / "server" / "graphiql") == pages


def test_the_demo_is_in_the_wheel_with_its_licence(unpacked: Path) -> None:
    demo = files_below(ROOT / "server" / "demo")
    assert {"data/README.md", "data/transactions.csv.gz"} <= demo.keys()
    assert files_below(unpacked / "server" / "demo") == demo


@pytest.mark.parametrize("package", sorted(PACKAGES))
def test_every_module_of_the_repository_is_in_the_wheel(unpacked: Path, package: str) -> None:
    modules = {name for name in files_below(ROOT / package) if name.endswith(".py")}
    assert modules
    assert modules <= files_below(unpacked / package).keys()


def test_the_command_and_the_licence_are_declared(wheel: zipfile.ZipFile) -> None:
    metadata = {name.partition(".dist-info/")[2]: name for name in wheel.namelist() if ".dist-info/" in name}
    assert "guanxi = server.command:main" in wheel.read(metadata["entry_points.txt"]).decode()
    assert "License-Expression: Apache-2.0" in wheel.read(metadata["METADATA"]).decode()
    assert "licenses/LICENSE" in metadata


def test_the_unpacked_wheel_prints_the_schema_and_makes_a_database(unpacked: Path, tmp_path: Path) -> None:
    assert run(unpacked, tmp_path, "-c", "import guanxi; print(guanxi.__file__)").strip() == str(unpacked / "guanxi" / "__init__.py")
    assert "type Customer" in run(unpacked, tmp_path, "-m", "guanxi", "schema")
    run(unpacked, tmp_path, "-m", "guanxi", "migrate", "--database-url", f"sqlite:///{tmp_path / 'guanxi.db'}")
    assert (tmp_path / "guanxi.db").stat().st_size > 0
