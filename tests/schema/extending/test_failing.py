"""A plugin that fails when it is asked: its field is null and the error names it; the rest of the answer is whole."""

import json
from typing import Any

import pytest
from sqlalchemy import insert

from schema.compose import Schema
from schema.errors import RequestError
from schema.extending.composing import compose
from schema.jobs.models import JobRow, JobStatus
from schema.querying import failing as guarding
from schema.roots import core
from server.database import Database
from server.logs import JsonLines
from tests.populating import populate
from tests.schema.extending.lucky import failing, lucky
from tests.schema.querying.asking import Answer, Asker


@pytest.fixture
def asker(database: Database, monkeypatch: pytest.MonkeyPatch) -> Asker:
    populate(database)
    with database.engine.begin() as connection:
        connection.execute(insert(JobRow), {"id": 900, "kind": "draw", "status": JobStatus.SUCCEEDED, "plugin": "lucky",
                                            "summary": {"winners": 3, "odd": "many"}})
    monkeypatch.setattr(guarding, "LONGEST", 0.2)
    schema, refused = compose(core(), [lucky(), failing()], database.dialect)
    assert refused == {}
    return Asker(database, schema)


def errors(answer: Answer) -> list[tuple[dict[str, Any], list[str | int]]]:
    found = [error.original_error or error for error in answer.errors]
    assert all(isinstance(one, RequestError) for one in found)
    return [(one.extensions or {}, error.path or []) for one, error in zip(found, answer.errors, strict=True)]  # type: ignore[attr-defined]


SHAKY = {"code": "PLUGIN_ERROR", "plugin": "shaky"}


@pytest.mark.parametrize("field", ["raises", "sleeps", "nonsense", "wrongSql", "shouted", "lost { worth }"])
async def test_a_field_that_fails_is_null_and_the_rest_is_there(asker: Asker, caplog: pytest.LogCaptureFixture, field: str) -> None:
    name = field.partition(" ")[0]
    query = "{ customers { totalCount nodes { id luck %s relationships { nodes { weight } } } } staff { nodes { id } } }" % field  # noqa: UP031
    answer = await asker.ask(query)
    nodes = answer.data["customers"]["nodes"]
    assert len(nodes) == answer.data["customers"]["totalCount"] == 2
    assert [(node["luck"], node[name], len(node["relationships"]["nodes"])) for node in nodes] == [
        (int(node["id"][2:]) % 7, None, 1) for node in nodes]
    assert answer.data["staff"]["nodes"]
    assert errors(answer) == [(SHAKY, ["customers", "nodes", i, name]) for i in range(2)]
    told = [record for record in caplog.records if record.name == "guanxi"]
    assert len(told) == 1
    assert told[0].getMessage() == f"the plugin shaky failed in Customer.{name}"
    line = JsonLines().format(told[0])
    assert json.loads(line)["error"]["frames"]
    assert "4711" not in line


async def test_a_value_of_another_type_fails_alone(asker: Asker) -> None:
    answer = await asker.ask("{ customers(first: 9, orderBy: [{name: ASC}]) { nodes { id words } } }")
    wrong = [i for i, node in enumerate(answer.data["customers"]["nodes"]) if int(node["id"][2:]) % 2]
    assert [node["words"] for node in answer.data["customers"]["nodes"]] == [None if i in wrong else 7 for i in range(2)]
    assert errors(answer) == [(SHAKY, ["customers", "nodes", i, "words"]) for i in wrong]
    assert wrong


async def test_a_root_that_fails_is_null(asker: Asker) -> None:
    answer = await asker.ask("{ slow customers { totalCount } }")
    assert answer.data == {"slow": None, "customers": {"totalCount": 2}}
    assert errors(answer) == [(SHAKY, ["slow"])]


@pytest.mark.parametrize("arguments", ["where: {shaky: {eq: 1}}", "orderBy: [{shaky: ASC}]", "where: {or: [{not: {shaky: {gt: 1}}}]}"])
async def test_a_key_that_fails_names_the_plugin(asker: Asker, arguments: str) -> None:
    answer = await asker.ask(f"{{ customers({arguments}) {{ totalCount nodes {{ id }} }} serviceLevels {{ key }} }}")
    assert answer.data["customers"] is None
    assert answer.data["serviceLevels"]
    assert errors(answer) == [(SHAKY, ["customers"])]


async def test_fields_of_a_plugins_own_types_fail_alone(asker: Asker) -> None:
    query = """{ job(id: "j_900") { __typename status ... on AnalysisRun { published }
        ... on DrawRun { winners broken odd prize { worth gone } } } }"""
    answer = await asker.ask(query)
    assert answer.data["job"] == {"__typename": "DrawRun", "status": "SUCCEEDED", "published": False, "winners": 3, "broken": None,
                                  "odd": None, "prize": {"worth": 5, "gone": None}}
    mine = {"code": "PLUGIN_ERROR", "plugin": "lucky"}
    assert sorted(errors(answer), key=lambda one: str(one[1])) == [
        (mine, ["job", "broken"]), (mine, ["job", "odd"]), (mine, ["job", "prize", "gone"])]


async def test_a_refusal_is_no_failure(asker: Asker) -> None:
    answer = await asker.ask("{ customers { nodes { raises luck } } }", language="zh")
    error = answer.errors[0].original_error
    assert isinstance(error, RequestError)
    assert error.text("zh") == "插件 shaky 无法回答此项，详见服务器日志。"


def test_what_the_core_contributes_is_not_guarded() -> None:
    schema = Schema(core(), "sqlite")
    assert schema.owners == {}
    assert all(one.plugin is None for entity in schema.entities.by_name.values() for one in entity.fields.values() if one)
