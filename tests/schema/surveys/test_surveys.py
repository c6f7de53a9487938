"""Surveys are made and changed, and responses recorded, seen by those who may, and taken along by an erasure."""

from typing import Any

import pytest

from schema.customers.models import CustomerRow
from schema.surveys.models import SurveyAnswerRow, SurveyResponseRow
from tests.schema.customers.asking import EVERYTHING, Asking

SHOWN = "survey { id key title revision openFrom questions { id key position kind text scaleMin scaleMax reverseScored scale labelsEn } }"
RESPONSE = "response { id wave submittedAt customer { id } answers { question { key } value } }"
QUESTIONS = [
    {"key": "overall", "textEn": "All in all?", "textZh": "总体如何？", "scaleMax": 3, "labelsEn": ["bad", "fair", "good"]},
    {"key": "slow", "textEn": "Was it slow?", "reverseScored": True, "scale": "service"},
    {"key": "where", "textZh": "哪里？", "kind": "CHOICE", "scaleMax": 2, "labelsZh": ["店内", "网上"]},
]


async def make(asking: Asking, **more: Any) -> Any:
    payload = await asking.mutate("surveyCreate", {"key": "service", "titleEn": "Service", "questions": QUESTIONS, **more}, SHOWN)
    assert payload["userErrors"] == []
    return payload["survey"]


async def record(asking: Asking, survey: str, answers: dict[str, int], **more: Any) -> Any:
    given = [{"question": key, "value": value} for key, value in answers.items()]
    payload = await asking.mutate("surveyResponseRecord", {"surveyId": survey, "answers": given, **more}, RESPONSE)
    assert payload["userErrors"] == []
    return payload["response"]


async def refused(asking: Asking, mutation: str, selection: str = "survey { id }", /, **input: Any) -> list[tuple[str, str]]:
    before = asking.versions()
    payload = await asking.mutate(mutation, input, selection)
    assert asking.versions() == before
    return [(error["code"], ".".join(error["path"])) for error in payload["userErrors"]]


async def test_a_survey_and_what_was_answered(asking: Asking) -> None:
    made = await make(asking)
    assert [(one["key"], one["position"], one["kind"], one["text"]) for one in made["questions"]] == [
        ("overall", 1, "SCALE", "All in all?"), ("slow", 2, "SCALE", "Was it slow?"), ("where", 3, "CHOICE", "哪里？")]
    assert made["questions"][0]["labelsEn"] == ["bad", "fair", "good"]
    customer = await asking.create()
    said = await record(asking, made["id"], {"slow": 5, "overall": 1}, customerId=customer, wave="spring")
    assert said["customer"] == {"id": customer}
    assert [(one["question"]["key"], one["value"]) for one in said["answers"]] == [("overall", 1), ("slow", 5)]
    await record(asking, made["id"], {"where": 2})
    asked = """query Q($id: ID!) { survey(id: $id) { responseCount responses(first: 9, where: {wave: {eq: "spring"}}) {
        totalCount nodes { wave survey { key } } } nobody: responses(where: {customerId: {isNull: true}}) { totalCount } } }"""
    found = (await asking.ask(asked, id=made["id"]))["survey"]
    assert (found["responseCount"], found["responses"]["totalCount"], found["nobody"]["totalCount"]) == (2, 1, 1)
    theirs = await asking.customer(customer, "surveyResponses { nodes { id } }")
    assert theirs["surveyResponses"]["nodes"] == [{"id": said["id"]}]
    asking.language = "zh"
    assert (await asking.ask("{ surveys { nodes { questions { text } } } }"))["surveys"]["nodes"][0]["questions"][0]["text"] == "总体如何？"


async def test_the_same_external_id_replaces_an_answer(asking: Asking) -> None:
    made = await make(asking)
    first = await record(asking, made["id"], {"overall": 1, "slow": 2}, externalId="r1")
    again = await record(asking, made["id"], {"overall": 3}, externalId="r1")
    assert again["id"] == first["id"]
    assert [(one["question"]["key"], one["value"]) for one in again["answers"]] == [("overall", 3)]
    gone = await asking.mutate("surveyResponseDelete", {"id": first["id"]}, "deletedId")
    assert gone == {"deletedId": first["id"], "userErrors": []}
    assert asking.rows(SurveyAnswerRow) == []


async def test_a_survey_changes_and_goes(asking: Asking) -> None:
    made = await make(asking)
    await record(asking, made["id"], {"overall": 1})
    changed = await asking.mutate("surveyUpdate", {
        "id": made["id"], "expectedRevision": made["revision"], "titleZh": "服务", "openFrom": "2024-01-01T00:00:00Z",
        "addQuestions": [{"key": "more", "textEn": "More?"}]}, SHOWN)
    now = changed["survey"]
    assert (changed["userErrors"], now["revision"], [one["key"] for one in now["questions"]][-1]) == ([], made["revision"] + 1, "more")
    turned = await asking.mutate("surveyQuestionUpdate", {"id": now["questions"][3]["id"], "reverseScored": True, "scale": "service"},
                                 "question { reverseScored scale survey { revision } }")
    assert turned["question"] == {"reverseScored": True, "scale": "service", "survey": {"revision": now["revision"] + 1}}
    assert await refused(asking, "surveyUpdate", id=made["id"], titleEn="X", expectedRevision=1) == [("CONFLICT", "input.expectedRevision")]
    gone = await asking.mutate("surveyDelete", {"id": made["id"]}, "deletedId")
    assert gone == {"deletedId": made["id"], "userErrors": []}
    assert (asking.rows(SurveyResponseRow), asking.rows(SurveyAnswerRow)) == ([], [])


@pytest.mark.parametrize(("question", "fault"), [
    ({"key": "1st", "textEn": "?"}, ("INVALID", "key")),
    ({"key": "Customer", "textEn": "?"}, ("INVALID", "key")),
    ({"key": "q"}, ("REQUIRED", "textEn")),
    ({"key": "q", "textEn": "?", "scaleMin": 5}, ("INVALID", "scaleMax")),
    ({"key": "q", "textEn": "?", "scaleMax": 1001}, ("INVALID", "scaleMax")),
    ({"key": "q", "textEn": "?", "scaleMax": 2, "labelsEn": ["one"]}, ("INVALID", "labelsEn")),
    ({"key": "q", "textEn": "?", "scaleMax": 2, "labelsEn": ["one", "One"]}, ("INVALID", "labelsEn")),
    ({"key": "q", "textEn": "?", "kind": "CHOICE", "reverseScored": True}, ("INVALID", "kind")),
])
async def test_questions_that_cannot_be(asking: Asking, question: dict[str, Any], fault: tuple[str, str]) -> None:
    found = await refused(asking, "surveyCreate", key="s", titleEn="S", questions=[question])
    assert found == [(fault[0], f"input.questions.0.{fault[1]}")]


async def test_what_is_wrong_is_said_with_its_place(asking: Asking) -> None:
    made = await make(asking, openTo="2024-01-01T00:00:00Z")
    assert await refused(asking, "surveyCreate", key="service", titleEn="S", questions=QUESTIONS) == [("DUPLICATE", "input.key")]
    assert await refused(asking, "surveyCreate", key="s", questions=[]) == [("REQUIRED", "input.titleEn"), ("REQUIRED", "input.questions")]
    assert await refused(asking, "surveyUpdate", id=made["id"], openFrom="2024-02-01T00:00:00Z") == [("INVALID", "input.openTo")]
    assert await refused(asking, "surveyUpdate", id="sv_99", titleEn="X") == [("NOT_FOUND", "input.id")]
    assert await refused(asking, "surveyDelete", "deletedId", id="c_1") == [("INVALID", "input.id")]
    said = [{"question": "overall", "value": 4}, {"question": "slow", "value": 1}, {"question": "slow", "value": 1},
            {"question": "none", "value": 1}]
    found = await refused(asking, "surveyResponseRecord", "response { id }", surveyId=made["id"], customerId="c_999", answers=said)
    assert found == [("NOT_FOUND", "input.customerId"), ("CONFLICT", "input.submittedAt"), ("INVALID", "input.answers.0.value"),
                     ("DUPLICATE", "input.answers.2.question"), ("NOT_FOUND", "input.answers.3.question")]
    empty = await refused(asking, "surveyResponseRecord", "response { id }", surveyId=made["id"], submittedAt="2023-01-01T00:00:00Z",
                          answers=[])
    assert empty == [("REQUIRED", "input.answers")]


async def test_who_answered_is_shown_to_few(asking: Asking) -> None:
    made = await make(asking)
    customer = await asking.create()
    await record(asking, made["id"], {"overall": 2}, customerId=customer)
    asking.permissions = EVERYTHING - {"pii.read"}
    answer = await asking.execute("{ surveys { nodes { responses { nodes { customer { id } answers { value } } } } } }")
    assert [error.extensions["code"] for error in answer.errors] == ["FORBIDDEN"]
    assert answer.data["surveys"]["nodes"][0]["responses"]["nodes"] == [{"customer": None, "answers": [{"value": 2}]}]
    theirs = f'{{customerId: {{eq: "{customer}"}}}}'
    chosen = await asking.execute(f"{{ surveys {{ nodes {{ responses(where: {theirs}) {{ totalCount }} }} }} }}")
    assert [error.extensions["code"] for error in chosen.errors] == ["FORBIDDEN"]
    asking.permissions = EVERYTHING - {"surveys.write"}
    answer = await asking.execute(f'mutation {{ surveyDelete(input: {{id: "{made["id"]}"}}) {{ deletedId }} }}')
    assert [error.extensions["code"] for error in answer.errors] == ["FORBIDDEN"]


async def test_what_somebody_said_goes_with_them(asking: Asking) -> None:
    made = await make(asking)
    customer = await asking.create()
    await record(asking, made["id"], {"overall": 2}, customerId=customer)
    await record(asking, made["id"], {"overall": 3})
    with asking.database.engine.begin() as connection:
        connection.execute(CustomerRow.__table__.delete().where(CustomerRow.id == int(customer.removeprefix("c_"))))
    assert [(row.customer_id, len(asking.rows(SurveyAnswerRow))) for row in asking.rows(SurveyResponseRow)] == [(None, 1)]
