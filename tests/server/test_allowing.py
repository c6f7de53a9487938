"""The allow list in the settings file: changed in place, whole or not at all."""

import stat
from pathlib import Path

import pytest

from server import allowing
from server.settings import SettingsError, load_settings
from tests.server.command.test_commands import nowhere  # noqa: F401  (a fixture)

FULL = """# Ours.
database_url = "sqlite:///shop.db"  # the shop

[plugins]
allow = [
    "first",  # came first
]
disabled = ["lucky", "graph"]

[plugins.settings.first]
depth = 3
"""


def chosen(file: Path) -> tuple[tuple[str, ...], tuple[str, ...]]:
    found = load_settings(file).plugins
    return found.allow, found.disabled


def test_a_file_keeps_everything_else(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text(FULL)
    file.chmod(0o600)
    assert allowing.allow("lucky", file) == file
    assert chosen(file) == (("first", "lucky"), ("graph",))
    assert '"first",  # came first' in file.read_text()
    assert "# the shop" in file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    allowing.allow("graph", file, bundled=True)
    assert chosen(file) == (("first", "lucky"), ())
    allowing.disable("first", file)
    allowing.disable("graph", file, bundled=True)
    assert chosen(file) == (("lucky",), ("graph",))
    allowing.forget("lucky", file)
    assert chosen(file) == ((), ("graph",))
    assert load_settings(file).plugins.settings == {"first": {"depth": 3}}
    assert [path.name for path in tmp_path.iterdir()] == ["own.toml"]


def test_without_a_file_one_is_made_and_a_second_time_changes_nothing() -> None:
    assert allowing.allow("lucky", None) == Path("guanxi.toml")
    assert Path("guanxi.toml").read_text() == '[plugins]\nallow = ["lucky"]\n'
    before = Path("guanxi.toml").stat().st_ino
    allowing.allow("lucky", None)
    assert Path("guanxi.toml").stat().st_ino == before


@pytest.mark.parametrize("text", ['plugins.allow = ["a"]\n', 'plugins = {allow = ["a"], disabled = ["b"]}\n'])
def test_other_ways_to_write_it(text: str) -> None:
    Path("guanxi.toml").write_text(text)
    allowing.allow("b", None)
    assert chosen(Path("guanxi.toml"))[0] == ("a", "b")


def test_a_link_stays_one(tmp_path: Path) -> None:
    (tmp_path / "real.toml").write_text("")
    (tmp_path / "guanxi.toml").symlink_to(tmp_path / "real.toml")
    allowing.allow("lucky", None)
    assert (tmp_path / "guanxi.toml").is_symlink()
    assert "lucky" in (tmp_path / "real.toml").read_text()


@pytest.mark.parametrize(("text", "words"), [
    ("plugins = 3", "has a [plugins] that is not one"), ('[plugins]\nallow = "lucky"', "that is not one"), ("[plugins", "is not TOML"),
])
def test_a_file_that_cannot_be_changed_stays_as_it_is(text: str, words: str) -> None:
    Path("guanxi.toml").write_text(text)
    with pytest.raises(SettingsError) as refused:
        allowing.allow("lucky", None)
    assert words in str(refused.value)
    assert Path("guanxi.toml").read_text() == text


def test_what_the_environment_overrules_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUANXI_PLUGINS__ALLOW", "graph")
    with pytest.raises(SettingsError, match="GUANXI_PLUGINS__ALLOW, which overrules the settings file: change it there"):
        allowing.allow("lucky", None)


def test_a_crash_leaves_the_old_one(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("guanxi.toml").write_text(FULL)

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(SettingsError, match="cannot be written"):
        allowing.allow("lucky", None)
    assert Path("guanxi.toml").read_text() == FULL
    assert [path.name for path in Path().iterdir()] == ["guanxi.toml"]
