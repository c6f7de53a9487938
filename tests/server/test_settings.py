"""Where settings come from, which layer wins, and that whatever is wrong is named without its value."""

import os
import re
from pathlib import Path

import pytest
from pydantic import BaseModel, ByteSize

from server.cluster_settings import Dask
from server.settings import Inquiries, Limits, Logs, PluginChoices, Retention, Runs, Settings, SettingsError, load_settings

GUIDE = Path(__file__).resolve().parent.parent.parent / "docs" / "operating.md"
PASSWORD = "hunter2"


@pytest.fixture(autouse=True)
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, without the settings of whoever runs the tests."""
    for name in [name for name in os.environ if name.startswith("GUANXI_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def refused(config: Path | None = None, **given: object) -> str:
    with pytest.raises(SettingsError) as caught:
        load_settings(config, **given)
    assert PASSWORD not in str(caught.value)
    return str(caught.value)


def test_without_any_it_serves_this_machine_from_one_file() -> None:
    settings = load_settings()
    assert settings.database_url.get_secret_value() == "sqlite:///guanxi.db"
    assert (settings.host, settings.port, settings.reporting_currency) == ("127.0.0.1", 8000, "GBP")
    assert settings.hosts == {"localhost", "127.0.0.1", "::1"}


def test_the_later_layer_wins(nowhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (nowhere / "guanxi.toml").write_text('port = 1\nhost = "a"\nreporting_currency = "EUR"\n[limits]\ndepth = 1\naliases = 1\n')
    monkeypatch.setenv("GUANXI_PORT", "2")
    monkeypatch.setenv("GUANXI_HOST", "b")
    monkeypatch.setenv("GUANXI_LIMITS__DEPTH", "2")
    settings = load_settings(port=3, host=None)
    assert (settings.port, settings.host, settings.reporting_currency) == (3, "b", "EUR")
    assert (settings.limits.depth, settings.limits.aliases, settings.limits.cost) == (2, 1, Limits().cost)


def test_the_file_may_be_named(nowhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (nowhere / "guanxi.toml").write_text("port = 1")
    (nowhere / "by-variable.toml").write_text("port = 2")
    (nowhere / "by-option.toml").write_text("port = 3")
    assert load_settings().port == 1
    monkeypatch.setenv("GUANXI_CONFIG", "by-variable.toml")
    assert load_settings().port == 2
    assert load_settings(Path("by-option.toml")).port == 3


def test_lists_have_commas_in_the_environment_and_brackets_in_the_file(nowhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (nowhere / "guanxi.toml").write_text('trusted_proxies = ["10.0.0.1"]')
    monkeypatch.setenv("GUANXI_ALLOWED_HOSTS", "crm.example.com, *.Example.org,")
    settings = load_settings(host="::")
    assert settings.trusted_proxies == ("10.0.0.1",)
    assert settings.hosts == {"localhost", "127.0.0.1", "::1", "crm.example.com", "*.example.org"}


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("prot = 1", "prot is not a setting"), ("[limits]\ndeepth = 1", "limits.deepth is not a setting"), ("port = 'x'", "port:"),
        ("port = -1", "port:"), ("[limits]\ncost = 0", "limits.cost:"), ("reporting_currency = 'pounds'", "reporting_currency:"),
        ("introspection = 'maybe'", "introspection:"), ("limits = 1", "limits:"), ("port = ", "not TOML"),
        (f"database_url = ['{PASSWORD}']", "database_url:"),
        (f"host = '{PASSWORD}' x", "not TOML"),
    ],
)
def test_what_is_wrong_in_the_file_is_named(nowhere: Path, text: str, named: str) -> None:
    (nowhere / "guanxi.toml").write_text(text)
    assert named in refused()


@pytest.mark.parametrize(
    ("name", "value", "named"),
    [
        ("GUANXI_PROT", "1", "GUANXI_PROT, which is not a setting"), ("GUANXI_LIMITS__DEEPTH", "1", "limits.deepth is not a setting"),
        ("GUANXI_PORT", PASSWORD, "port:"), ("GUANXI_LIMITS", PASSWORD, "limits"),
        ("GUANXI_CONFIG", "none.toml", "no settings file none.toml"),
        ("guanxi_prot", "1", "guanxi_prot, which is not a setting"),
    ],
)
def test_what_is_wrong_in_the_environment_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str, named: str) -> None:
    monkeypatch.setenv(name, value)
    assert named in refused()


def test_other_variables_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUANXI_TEST_POSTGRES_URL", "x")
    monkeypatch.setenv("PORT", "99")
    assert load_settings().port == 8000


def test_a_file_that_is_named_must_exist(nowhere: Path) -> None:
    assert "no settings file" in refused(nowhere / "none.toml")


def test_secrets_are_never_printed() -> None:
    settings = load_settings(database_url=f"postgresql://me:{PASSWORD}@host/name")
    assert PASSWORD in settings.database_url.get_secret_value()
    for shown in (str(settings), repr(settings), str(settings.model_dump()), settings.model_dump_json()):
        assert PASSWORD not in shown


def test_memory_may_be_written_as_people_say_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUANXI_RUNS__MEMORY", "1.5 GiB")
    assert load_settings().runs.memory == 1.5 * 2**30
    monkeypatch.setenv("GUANXI_RUNS__MEMORY", "1 MB")
    assert "runs.memory: A run needs at least 384 MiB" in refused()


def test_files_lie_beside_the_data(nowhere: Path) -> None:
    assert load_settings().files_folder == nowhere / "guanxi.db.files"
    assert load_settings(database_url="postgresql://host/name").files_folder == nowhere / "guanxi-files"
    assert load_settings(files=Path("charts")).files_folder == nowhere / "charts"


def test_a_plugin_has_a_section_of_its_own(nowhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (nowhere / "guanxi.toml").write_text(f'[plugins]\nallow = ["churn"]\n[plugins.settings.churn]\nkey = "{PASSWORD}"\nwindow.days = 7')
    monkeypatch.setenv("GUANXI_PLUGINS__SETTINGS__CHURN__WINDOW__DAYS", "9")
    settings = load_settings()
    assert settings.plugins.allow == ("churn",)
    assert settings.plugins.settings == {"churn": {"key": PASSWORD, "window": {"days": "9"}}}
    assert PASSWORD not in repr(settings)


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"engine": "dask"}, "runs: With runs.engine = dask, runs.dask.scheduler has to say"),
        ({"dask": {"scheduler": "tcp://10.0.0.5:8786"}}, "runs.dask: The scheduler is not on this machine, and its address does not begin"),
        ({"dask": {"scheduler": "tcp://127.0.0.1.example.com:8786"}}, "The scheduler is not on this machine"),
        ({"dask": {"scheduler": "ws://127.0.0.1:8786"}}, "An address of a scheduler is tls://HOST:PORT"),
        ({"dask": {"scheduler": "tls://10.0.0.5:8786", "ca": "none.pem"}}, "runs.dask.ca, certificate and key have to name three files"),
        ({"engine": "dask", "lease": 5, "dask": {"scheduler": "tcp://127.0.0.1:8786"}}, "runs.lease has to be 20 or more"),
    ],
)
def test_a_cluster_that_is_not_protected_is_refused(given: dict[str, object], named: str) -> None:
    assert named in refused(runs=given)


def test_a_cluster_elsewhere_needs_postgresql(nowhere: Path) -> None:
    files = {name: nowhere / f"{name}.pem" for name in ("ca", "certificate", "key")}
    for file in files.values():
        file.touch()
    runs = {"engine": "dask", "dask": {"scheduler": "tls://[2001:db8::1]:8786", **files}}
    assert "runs on a Dask cluster need PostgreSQL" in refused(runs=runs)
    assert load_settings(runs=runs, database_url="postgresql://host/name").runs.dask.ca == files["ca"]


def rows(model: type[BaseModel], section: str = "") -> dict[str, tuple[str, str]]:
    """{setting: (default, description)} as the guide must have them."""
    found: dict[str, tuple[str, str]] = {}
    for name, field in model.model_fields.items():
        if field.annotation in (Dask, Inquiries, Limits, Logs, PluginChoices, Retention, Runs):
            assert isinstance(field.annotation, type)
            found |= rows(field.annotation, f"{section}{name}.")
        else:
            assert field.description
            default = field.default.get_secret_value() if name == "database_url" else field.default
            found[section + name] = (written(default), field.description)
    return found


def written(default: object) -> str:
    if isinstance(default, bool):
        return str(default).lower()
    if isinstance(default, float):
        return f"{default:g}"
    if isinstance(default, ByteSize):
        return default.human_readable()
    return "" if default in ((), None, {}) else str(default)


def test_the_guide_lists_every_setting_with_its_default() -> None:
    table = re.findall(r"^\| `([a-z_.]+)` \| (?:`([^`]*)`)? ?\| (.*) \|$", GUIDE.read_text("utf-8"), re.MULTILINE)
    assert {name: (default, description) for name, default, description in table} == rows(Settings)
