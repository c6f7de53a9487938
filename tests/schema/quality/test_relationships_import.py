"""Importing relationships."""

import pytest

from schema.quality.importing.presets import BITCOIN_OTC
from tests.schema.quality.conftest import Importing, faults

HEADER = "from,to,kind,weight,sign,validFrom,validTo,confidence\n"


@pytest.fixture
def people(importing: Importing) -> Importing:
    importing.run("customers", "externalId,name,kind\na,A,PERSON\nb,B,PERSON\nc,C,ORGANIZATION\n")
    return importing


def test_directed_and_undirected_kinds(people: Importing) -> None:
    outcome = people.run("relationships", HEADER + "b,a,knows,0.5,,2024-01-01,2024-06-01,0.9\nb,a,trust,,NEGATIVE,,,\nc,a,competes,,,,,\n")
    assert (faults(outcome), outcome.rows["created"]) == ([], 3)
    a, b, c = (id_ for (id_,) in people.rows("SELECT id FROM customers ORDER BY name"))
    assert people.rows("SELECT from_id, to_id, directed, sign, weight, confidence, origin FROM relationships ORDER BY id") == [
        (a, b, False, "NEUTRAL", 0.5, 0.9, "IMPORT"), (b, a, True, "NEGATIVE", 1.0, None, "IMPORT"), (a, c, False, "NEGATIVE", 1.0, None,
        "IMPORT")]
    assert sorted(people.rows("SELECT customer_id, other_id, direction FROM relationship_ends")) == sorted([
        (a, b, "ALL"), (b, a, "ALL"), (b, a, "OUT"), (a, b, "IN"), (a, c, "ALL"), (c, a, "ALL")])
    assert people.rows("SELECT DISTINCT job_id FROM relationships") == [(outcome.job_id,)]


def test_again_and_changed(people: Importing) -> None:
    text = HEADER + "a,b,knows,1,,2024-01-01,,\na,c,trust,1,,,,\n"
    people.run("relationships", text)
    before, versions = people.contents(), people.versions()
    assert people.run("relationships", text).rows["unchanged"] == 2
    assert (people.contents(), people.versions()) == (before, versions)
    outcome = people.run("relationships", HEADER + "b,a,knows,2,NEGATIVE,2024-01-01,2024-02-01,\n")
    assert (outcome.rows["updated"], outcome.rejected) == (1, 0)
    assert people.rows("SELECT weight, sign, revision FROM relationships ORDER BY id") == [(2.0, "NEGATIVE", 2), (1.0, "POSITIVE", 1)]


def test_ratings_and_missing_ends(importing: Importing) -> None:
    rows = "6,2,4,1289241911.72836\n6,5,-10,1289241941.53378\n2,6,0,1289243140.39049\n"
    outcome = importing.perform(BITCOIN_OTC, "source,target,rating,time\n" + rows)
    assert (faults(outcome), dict(outcome.records)) == ([], {"customer": 3, "relationship": 3})
    assert importing.rows("SELECT sign, weight FROM relationships ORDER BY id") == [("POSITIVE", 4.0), ("NEGATIVE", 10.0), ("NEUTRAL", 0.0)]
    assert "2010-11-08" in str(importing.rows("SELECT valid_from FROM relationships")[0][0])
    assert importing.rows("SELECT name, kind FROM customers ORDER BY name")[0] == ("Trader 2", "PERSON")


@pytest.mark.parametrize(("row", "fault"), [
    ("a,a,knows,,,,,", ("to", "INVALID", "import_self")),
    ("a,b,knows,-1,,,,", ("weight", "INVALID", "import_negative")),
    ("a,b,adores,,,,,", ("kind", "NOT_FOUND", "import_kind")),
    ("a,b,knows,,,2024-02-01,2024-01-01,", ("validTo", "INVALID", "import_backwards")),
    ("a,z,knows,,,,,", ("to", "NOT_FOUND", "import_customer")),
    ("z,a,knows,,,,,", ("from", "NOT_FOUND", "import_customer")),
    ("a,b,knows,,LOVE,,,", ("sign", "INVALID", "import_choice")),
    ("a,b,knows,,,,,1.5", ("confidence", "INVALID", "import_most")),
    ("a,c,family,,,,,", ("to", "INVALID", "import_end_kind")),
    ("b,a,knows,7,,,,", ("to", "DUPLICATE", "import_twice")),
])
def test_bad_rows(people: Importing, row: str, fault: tuple[str, str, str]) -> None:
    outcome = people.run("relationships", f"{HEADER}a,b,knows,1,,,,\n{row}\na,c,trust,,,,,\n")
    assert faults(outcome) == [(3, *fault)]
    assert people.rows("SELECT count(*) FROM relationships") == [(2,)]
    assert people.rows("SELECT count(*) FROM relationship_ends") == [(4,)]
