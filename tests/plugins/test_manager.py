"""Which plugins are found, which serve, and what is said of those that do not: never an exception."""

from pathlib import Path

import pytest

from plugins.manager import Choices, Plugins, SetAside, analysis_of, inquiry_of, load
from schema.customers.types import Customer
from schema.extending.catalogue import PluginStatus
from tests.plugins.fakes import HEAD, LUCK, SHIPPED, TABLES, distribution, found, plugin_file, plugin_with_tables, plugins, reason, write

ANALYSIS = """
import strawberry

@strawberry.input
class LuckStart(RunStart):
    seed: int = 7

@strawberry.type
class LuckRun(AnalysisRun):
    pass

@hook
def analyses(settings):
    return [Analysis(name="luck", title="Luck", title_zh="运气", description="Draws.", version=1, start=LuckStart, run=LuckRun,
                     needs=("customers",), compute=print, slots=lambda start: ["luck"],
                     estimate=lambda counts, start: Estimate(1, 1.0, 1.0))]
"""
INQUIRY = """
@hook
def inquiries():
    return [Inquiry(name="luck", answer=print)]
"""
SETTINGS = """
from pydantic import BaseModel, SecretStr

class Settings(BaseModel, extra="forbid"):
    sevens: int = 7
    key: SecretStr = SecretStr("")

@hook
def settings():
    return Settings
"""


def test_the_plugin_that_ships_comes_in_by_its_entry_point() -> None:
    known = found(Plugins(Choices()), "graph")
    assert known.source == "plugins.graph"
    assert known.version


def test_a_file_serves(tmp_path: Path) -> None:
    made = plugins(plugin_file(tmp_path))
    known = found(made)
    assert (known.status, known.reason, known.api) == (PluginStatus.ACTIVE, None, ">=1.0,<2")
    assert known.source == str(tmp_path / "luck.py")
    assert "is_lucky" in made.contributions[-1].fields[Customer]


def test_a_module_serves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    plugin_file(tmp_path, name="luckymodule")
    assert found(plugins("luckymodule"), "luckymodule").status is PluginStatus.ACTIVE


def test_two_applications_have_plugins_of_their_own(tmp_path: Path) -> None:
    one = plugins(plugin_file(tmp_path / "one"))
    other = plugins(plugin_file(tmp_path / "other", LUCK.replace("is_lucky", "is_unlucky")))
    assert list(one.contributions[-1].fields[Customer]) == ["is_lucky"]
    assert list(other.contributions[-1].fields[Customer]) == ["is_unlucky"]
    assert plugins().catalogue().plugin("luck") is None


def test_a_file_that_was_changed_is_read_again(tmp_path: Path) -> None:
    plugins(plugin_file(tmp_path))
    assert "is_unlucky" in plugins(plugin_file(tmp_path, LUCK.replace("is_lucky", "is_unlucky"))).contributions[-1].fields[Customer]


# -- installed ones --
def test_an_installed_plugin_serves_once_it_is_allowed(tmp_path: Path) -> None:
    with distribution(tmp_path):
        assert "add “luck” to [plugins] allow" in reason(plugins(), status=PluginStatus.DISABLED)
        known = found(plugins(allow=["luck"]))
    assert (known.status, known.version, known.source) == (PluginStatus.ACTIVE, "2.5", "luck_plugin")


def test_what_is_not_allowed_is_not_imported(tmp_path: Path) -> None:
    with distribution(tmp_path, "raise SystemExit('imported')"):
        assert "imported" not in reason(plugins(), status=PluginStatus.DISABLED)


def test_the_settings_can_leave_any_plugin_out(tmp_path: Path) -> None:
    made = plugins(plugin_file(tmp_path), disabled=["luck", *SHIPPED])
    assert "take “graph” out of [plugins] disabled" in reason(made, "graph", PluginStatus.DISABLED)
    assert "take “luck” out" in reason(made, status=PluginStatus.DISABLED)


def test_the_earlier_one_keeps_its_name(tmp_path: Path) -> None:
    path = plugin_file(tmp_path)
    with distribution(tmp_path / "installed"):
        made = plugins(path, allow=["luck"])
    first, second = [one for one in made.known if one.name == "luck"]
    assert (first.status, first.source) == (PluginStatus.ACTIVE, "luck_plugin")
    assert second.status is PluginStatus.FAILED
    assert second.reason == f"There is a plugin called luck already, luck_plugin: {path} has to find another name."


def test_the_order_is_that_of_the_allow_list_with_those_that_ship_first(tmp_path: Path) -> None:
    with distribution(tmp_path / "a", name="abc"), distribution(tmp_path / "z", name="xyz"):
        made = plugins(plugin_file(tmp_path / "file"), allow=["xyz", "abc"])
    assert [one.name for one in made.known] == [*SHIPPED, "xyz", "abc", "luck"]


def test_an_allowed_plugin_that_is_gone_is_told(tmp_path: Path) -> None:
    assert "not installed" in reason(plugins(allow=["luck"]))


def test_broken_entry_points_are_told(tmp_path: Path) -> None:
    with distribution(tmp_path, entries="[guanxi.plugins]\nnonsense\n"):
        made = plugins(allow=["luck"])
    assert "entry points" in reason(made, "guanxi-luck")
    assert found(made, "graph").name == "graph"


# -- what is wrong with a plugin --
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("import no_such_library", "cannot be imported: ModuleNotFoundError: No module named 'no_such_library'"),
        ("def broken(:", "cannot be imported: SyntaxError"),
        ("raise SystemExit(3)", "cannot be imported: SystemExit: 3"),
        ("1 / 0", "cannot be imported: ZeroDivisionError"),
        ("@hook\ndef filds(settings): return {}", "a hook “filds”, which there is not: did you mean “fields”?"),
        ("@hook\ndef on_monday(): pass", "a hook “on_monday”, which there is not: there are settings, storage"),
        ("def fields(settings): return {}", "“fields” is called like a hook and is not marked as one: write @hook above it"),
        ("@hook\ndef fields(setings): return {}", "setings"),
        ("@hook\ndef fields(settings): raise ValueError('secret')", "Its hook fields failed: ValueError at"),
        ("@hook\ndef fields(settings): raise SystemExit", "Its hook fields failed: SystemExit at"),
        ("@hook\ndef fields(settings): return [1]", "Its hook fields has to return"),
        ("@hook\ndef fields(settings): return {Customer: {'luck': 7}}", "Its hook fields has to return"),
        ("@hook\ndef filters(settings): return [7]", "Its hook filters has to return a list of Filter"),
        ("@hook\ndef filters(settings): return 7", "Its hook filters has to return a list of Filter"),
        ("@hook\ndef orders(settings):\n    yield 7", "Its hook orders has to return a list of Order"),
        ("@hook\ndef analyses(settings):\n    yield 1 / 0", "Its hook analyses failed: ZeroDivisionError"),
        ("@hook\ndef settings(): return dict", "Its hook settings has to return a class"),
        ("@hook\ndef settings(): raise ValueError", "Its hook settings failed"),
        ("@hook\ndef storage(): return 7", "Its hook storage has to return a Storage"),
        ("@hook\ndef storage(): return Storage(7, 7)", "Its hook storage has to return a Storage"),
        (ANALYSIS.replace('name="luck"', 'name="Big Luck"'), "an analysis called “Big Luck”"),
        (ANALYSIS.replace("return [", "return 2 * ["), "two analyses called luck"),
        ("@hook\ndef inquiries(): return [7]", "Its hook inquiries has to return a list of Inquiry"),
        (INQUIRY.replace('"luck"', '"shortest path"'), "an inquiry called “shortest path”"),
        (INQUIRY.replace("return [", "return 2 * ["), "two inquiries called luck"),
        (TABLES, "There are no migrations"),
        (TABLES.replace("luck_scores", "fortunes"), "Its table fortunes has to be called luck_fortunes"),
        (TABLES.replace("run_key()", "mapped_column(ForeignKey(customer_id_column()), primary_key=True)").replace(
            "class Tables", "from sqlalchemy import ForeignKey\nfrom sqlalchemy.orm import mapped_column\n"
            "def customer_id_column():\n    from schema.customers.models import CustomerRow\n    return CustomerRow.__table__.c.id\n"
            "class Tables", 1), "luck_scores.run_id refers to customers without ON DELETE CASCADE"),
        (TABLES.replace("run_key()", "mapped_column(ForeignKey('graph_scores.run_id'), primary_key=True)").replace(
            "class Tables", "from sqlalchemy import ForeignKey\nfrom sqlalchemy.orm import mapped_column\nclass Tables", 1),
         "refers to graph_scores, which is neither its own table nor Guanxi's"),
    ],
)
def test_what_is_wrong_is_one_sentence(tmp_path: Path, text: str, words: str) -> None:
    told = reason(plugins(plugin_file(tmp_path, text)))
    assert words in told
    assert "\n" not in told
    assert "secret" not in told


def test_a_keyboard_interrupt_is_nobodys_fault(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        plugins(plugin_file(tmp_path, "raise KeyboardInterrupt"))


def test_a_plugin_must_not_begin_like_a_table_of_the_core(tmp_path: Path) -> None:
    write(tmp_path / "migrations" / "0001_scores.py", "")
    path = plugin_file(tmp_path, TABLES.replace("luck_scores", "relationship_scores"), name="relationship")
    assert "is one of Guanxi's own: give the plugin another name" in reason(plugins(path), "relationship")


@pytest.mark.parametrize("name", ["my_luck", "Luck", "7luck", "core", "alembic", "l" * 32])
def test_a_name_that_cannot_be(tmp_path: Path, name: str) -> None:
    assert f"cannot be called “{name}”" in reason(plugins(plugin_file(tmp_path, name=name)), name)


def test_a_file_that_is_not_there() -> None:
    assert reason(plugins("luck.py")) == "There is no file luck.py."


def test_an_entry_point_that_leads_nowhere(tmp_path: Path) -> None:
    with distribution(tmp_path, entries="[guanxi.plugins]\nluck = luck_plugin:no.such\n"):
        assert "AttributeError" in reason(plugins(allow=["luck"]))


@pytest.mark.parametrize(
    ("head", "words"),
    [
        ("from guanxi import *\n", 'write REQUIRES_API = ">=1.0,<2" in it'),
        ('from guanxi import *\nREQUIRES_API = ">=2"\n', "written for version >=2 of the plugin interface, and this is 1.0"),
        ('from guanxi import *\nREQUIRES_API = "one"\n', "“one” is not a range of versions"),
        ("from guanxi import *\nREQUIRES_API = 1\n", 'write REQUIRES_API = ">=1.0,<2" in it'),
    ],
)
def test_another_version_of_the_interface(tmp_path: Path, head: str, words: str) -> None:
    assert words in reason(plugins(plugin_file(tmp_path, head=head)), status=PluginStatus.INCOMPATIBLE)


def test_one_that_fails_stops_no_other(tmp_path: Path) -> None:
    made = plugins(plugin_file(tmp_path, "1 / 0", name="bad"), plugin_file(tmp_path))
    assert reason(made, "bad")
    assert found(made).status is PluginStatus.ACTIVE


def test_the_later_of_two_analyses_of_one_name_is_set_aside(tmp_path: Path) -> None:
    made = plugins(plugin_file(tmp_path, ANALYSIS), plugin_file(tmp_path, ANALYSIS, name="fortune"))
    assert found(made).status is PluginStatus.ACTIVE
    assert reason(made, "fortune") == "Its analysis luck has the name of one of luck: that one keeps it."
    assert made.catalogue().owners["luck"] == "luck"


# -- settings --
def test_a_plugin_gets_its_settings(tmp_path: Path) -> None:
    path = plugin_file(tmp_path, SETTINGS + '@hook\ndef check(settings):\n    yield Problem(f"{settings.sevens} is odd.")')
    made = plugins(path, settings={"luck": {"sevens": "9"}})
    assert [problem.text for problem in made.check("luck")] == ["9 is odd."]
    assert [problem.text for problem in plugins(path).check("luck")] == ["7 is odd."]


@pytest.mark.parametrize(
    ("section", "words"),
    [({"sevens": "hunter2"}, "plugins.settings.luck.sevens: Input should be a valid integer"),
     ({"nines": "hunter2"}, "plugins.settings.luck.nines is not a setting"),
     ({"key": {"hunter2": 1}}, "plugins.settings.luck.key: Input should be a valid string")],
)
def test_settings_that_do_not_fit_are_named_without_their_values(tmp_path: Path, section: dict[str, object], words: str) -> None:
    made = plugins(plugin_file(tmp_path, SETTINGS), settings={"luck": section})
    told = reason(made)
    assert words in told
    assert "hunter2" not in told + repr(made.known)


def test_settings_for_a_plugin_that_has_none(tmp_path: Path) -> None:
    assert "It has no settings" in reason(plugins(plugin_file(tmp_path), settings={"luck": {"sevens": 7}}))


def test_a_check_that_fails_is_a_problem(tmp_path: Path) -> None:
    made = plugins(plugin_file(tmp_path, "@hook\ndef check(settings): raise ValueError('secret')"))
    [problem] = made.check("luck")
    assert problem.text.startswith("Its hook check failed: ValueError at")


# -- tables, and the process that computes --
def test_a_plugin_with_tables(tmp_path: Path) -> None:
    made = plugins(plugin_with_tables(tmp_path))
    assert list(found(made).tables) == ["luck_scores"]
    assert made.storages["luck"].migrations == tmp_path / "migrations"


def test_a_worker_loads_one_plugin(tmp_path: Path) -> None:
    plugin = load("luck", plugin_file(tmp_path, ANALYSIS))
    assert analysis_of(plugin, {}, "luck").title == "Luck"
    with pytest.raises(SetAside, match="has no analysis fortune any more"):
        analysis_of(plugin, {}, "fortune")
    with pytest.raises(SetAside, match="has no inquiry luck any more"):
        inquiry_of(plugin, {}, "luck")
    with pytest.raises(SetAside, match="cannot be imported"):
        load("luck", plugin_file(tmp_path, "1 / 0", head=HEAD))


def test_two_plugins_may_have_inquiries_of_one_name(tmp_path: Path) -> None:
    made = plugins(plugin_file(tmp_path / "a", INQUIRY), plugin_file(tmp_path / "b", INQUIRY, name="fortune"), disabled=SHIPPED)
    assert list(made.catalogue().inquiries) == [("luck", "luck"), ("fortune", "luck")]
    assert inquiry_of(load("luck", found(made).source), {}, "luck").answer is print


FEATURE = """
@hook
def features():
    return [Feature(name=name, title="T", title_zh="题", description="D.", compute=print) for name in {names}]
"""


def test_features_are_listed_with_whose_they_are(tmp_path: Path) -> None:
    made = plugins(plugin_file(tmp_path, FEATURE.format(names=["luck.parity"])))
    features = made.catalogue().features
    assert features["luck.parity"].plugin == "luck"
    assert features["graph.pageRank"].plugin == "graph"


@pytest.mark.parametrize(("names", "words"), [
    (["graph.pageRank"], "Its feature graph.pageRank has the name of one of graph: that one keeps it."),
    (["luck.a", "luck.a"], "It has two features called luck.a."),
    (["Luck"], "Its hook features failed: ValueError"),
])
def test_a_feature_that_cannot_be_told_from_others_is_refused(tmp_path: Path, names: list[str], words: str) -> None:
    made = plugins(plugin_file(tmp_path, FEATURE.format(names=names)))
    assert words in reason(made, "luck", PluginStatus.FAILED)
