"""The pytest plugin that comes with Guanxi: fixtures for tests of plugins. Nothing of Guanxi is imported before one of them is used.

Which plugins serve is said once, in the settings of pytest, or by a marker on a test:

    [tool.pytest.ini_options]
    guanxi_plugins = ["lucky"]

    @pytest.mark.guanxi(plugins=["lucky", "graph"], settings={"lucky": {"sevens": 3}})
"""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from guanxi.testing.clock import Clock
    from guanxi.testing.data import DataSet
    from guanxi.testing.server import Server


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addini("guanxi_plugins", "Plugins of the fixture “server”: names, files or modules.", type="linelist", default=[])


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "guanxi(plugins=..., settings=..., data=...): what the server of this test is made of")


@pytest.fixture
def guanxi_plugins(request: pytest.FixtureRequest) -> list[str]:
    """Names of installed plugins, files or modules: those of the marker, else those of pytest's settings."""
    given: list[str] = chosen(request).get("plugins") or request.config.getini("guanxi_plugins")
    return given


@pytest.fixture
def guanxi_settings(request: pytest.FixtureRequest) -> dict[str, dict[str, Any]]:
    """What is set for each plugin, by its name."""
    found: dict[str, dict[str, Any]] = chosen(request).get("settings") or {}
    return found


@pytest.fixture
def guanxi_data(request: pytest.FixtureRequest) -> "DataSet":
    """What the database holds: a small shop, unless the marker says otherwise."""
    from guanxi.testing.data import SHOP

    found: DataSet = chosen(request).get("data") or SHOP
    return found


@pytest.fixture(scope="session")
def guanxi_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database, made once, that each server begins with a copy of."""
    from guanxi.testing.preparing import migrated

    return migrated(tmp_path_factory.mktemp("guanxi") / "template.db")


@pytest.fixture
async def server(anyio_backend: str, tmp_path: Path, guanxi_plugins: list[str],  # noqa: ARG001  AnyIO has to run it
                 guanxi_settings: dict[str, dict[str, Any]], guanxi_data: "DataSet", guanxi_template: Path) -> AsyncIterator["Server"]:
    """A whole application with exactly these plugins. Tests that use it are coroutines, run by AnyIO on asyncio."""
    from guanxi.testing.server import opened

    folder = tmp_path / "guanxi"
    folder.mkdir()
    async with opened(guanxi_plugins, folder, guanxi_data, guanxi_settings, guanxi_template) as made:
        yield made


@pytest.fixture
def clock(server: "Server") -> "Clock":
    """The server's clock, which stands still: `clock.move(days=30)`."""
    return server.clock


def chosen(request: pytest.FixtureRequest) -> dict[str, Any]:
    marker = request.node.get_closest_marker("guanxi")
    return marker.kwargs if marker else {}
