"""Real surveys, imported as anybody would. They are not in the repository: GUANXI_TEST_DATA names a folder with bfi/ and world_values/."""

import csv
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.miscmodels.ordinal_model import OrderedModel

from schema.changes.change import Change
from schema.jobs.models import ImportTarget, JobStatus
from schema.quality.importing.plan import Plan
from schema.quality.importing.reading import Source
from schema.quality.importing.run import run_import
from schema.surveys.models import QuestionKind, SurveyQuestionRow, SurveyRow
from server.database import Database
from tests.plugins.graph.office import Office, opened_office
from tests.plugins.satisfaction.club import run
from tests.plugins.satisfaction.test_runs import SAID

DATA = os.environ.get("GUANXI_TEST_DATA")
pytestmark = [pytest.mark.slow, pytest.mark.skipif(not DATA, reason="GUANXI_TEST_DATA names no folder with the full public data sets")]
SCALES = {"A": "agreeableness", "C": "conscientiousness", "E": "extraversion", "N": "neuroticism", "O": "openness"}
REVERSED = {"A1", "C4", "C5", "E1", "E2", "O2", "O5"}
# As the package psych (Revelle) prints them.
PUBLISHED = {"agreeableness": 0.70, "conscientiousness": 0.73, "extraversion": 0.76, "neuroticism": 0.81, "openness": 0.60}
STEPS, COUNTRIES, GENDERS = ["Too Little", "About Right", "Too Much"], ["Australia", "Norway", "Sweden", "USA"], ["female", "male"]


def data(name: str) -> Path:
    return Path(str(DATA)) / name


def item(key: str, position: int, low: int, high: int, **more: Any) -> SurveyQuestionRow:
    return SurveyQuestionRow(key=key, position=position, text_en=key, scale_min=low, scale_max=high,
                             **{"kind": QuestionKind.SCALE, "reverse_scored": False, **more})


def settle(work: Change) -> dict[str, Any]:
    keys = [f"{scale}{number}" for scale in SCALES for number in range(1, 6)]
    bfi = [item(key, at, 1, 6, scale=SCALES[key[0]], reverse_scored=key in REVERSED) for at, key in enumerate(keys, 1)]
    work.session.add(SurveyRow(key="bfi", title_en="bfi", questions=[*bfi, item(
        "gender", 26, 1, 2, kind=QuestionKind.CHOICE, labels_en=["male", "female"]),
        item("education", 27, 1, 5, kind=QuestionKind.CHOICE)]))
    work.session.add(SurveyRow(key="wvs", title_en="World Values Survey", questions=[
        item("poverty", 1, 1, 3, labels_en=STEPS), item("country", 2, 1, 4, kind=QuestionKind.CHOICE, labels_en=COUNTRIES),
        item("gender", 3, 1, 2, kind=QuestionKind.CHOICE, labels_en=GENDERS)]))
    return {}


def numbered(path: Path, folder: Path) -> Path:
    """The file with a column of numbers: its rows have no names."""
    rows = list(csv.reader(path.read_text().splitlines()))
    with (made := folder / path.name).open("w", newline="") as file:
        csv.writer(file).writerows([["id", *rows[0]], *[[str(at), *row] for at, row in enumerate(rows[1:], 1)]])
    return made


@pytest.fixture
async def office(database: Database, tmp_path: Path) -> AsyncIterator[Office]:
    async with opened_office(database, tmp_path, settle) as office:
        for survey, path in (("bfi", data("bfi/bfi.csv")), ("wvs", numbered(data("world_values/wvs.csv"), tmp_path))):
            plan = Plan(ImportTarget.SURVEY_RESPONSES, maps=(("id", "externalId"),), constants=(("survey", survey),), source=survey)
            outcome = run_import(database.engine, Source(path), plan)
            assert (outcome.error, outcome.rejected) == (None, 0)
            print(survey, dict(outcome.rows))
        yield office


async def of_survey(office: Office, key: str) -> dict[str, str]:
    found = (await office.data("{ surveys { nodes { id key questions { id key } } } }"))["surveys"]["nodes"]
    one = next(one for one in found if one["key"] == key)
    return {"survey": one["id"], **{question["key"]: question["id"] for question in one["questions"]}}


async def test_alpha_of_the_five_scales(office: Office, database: Database) -> None:
    known = await of_survey(office, "bfi")
    row = await run(office, surveyId=known["survey"], factors=[{"questionId": known["gender"]}, {"questionId": known["education"]}])
    assert (row.status, row.error_message) == (JobStatus.SUCCEEDED, None)
    found = (await office.data(SAID, {"id": f"j_{row.id}"}))["node"]
    frame = pd.read_csv(data("bfi/bfi.csv"))
    for scale in found["scales"][:5]:
        keys = [key for key in known if SCALES.get(key[:1]) == scale["name"] and key[1:].isdigit()]
        turned = frame[keys].apply(lambda column: 7 - column if column.name in REVERSED else column).dropna()
        covariance = turned.cov()
        alpha = len(keys) / (len(keys) - 1) * (1 - np.trace(covariance) / covariance.to_numpy().sum())
        print(f"{database.dialect} {scale['name']}: alpha {scale['cronbachAlpha']:.10f}, pandas {alpha:.10f}, "
              f"psych {PUBLISHED[scale['name']]}, {scale['complete']:,} complete")
        assert scale["cronbachAlpha"] == pytest.approx(alpha, rel=1e-10)
        assert scale["cronbachAlpha"] == pytest.approx(PUBLISHED[scale["name"]], abs=0.006)
        assert scale["complete"] == len(turned)
    first = next(one for one in found["items"] if one["key"] == "A1")
    given = 7 - frame["A1"].dropna()
    assert (first["mean"], first["standardDeviation"]) == (pytest.approx(given.mean(), rel=1e-12), pytest.approx(given.std(), rel=1e-12))
    assert (first["responses"], first["missing"]) == (len(given), len(frame) - len(given))
    for one in found["comparisons"]:
        print(one["factor"], one["appropriateTest"], one["reason"])


async def test_a_reversed_question_that_is_not_marked_is_warned_of(office: Office) -> None:
    known = await of_survey(office, "bfi")
    mutation = """mutation M($input: SurveyQuestionUpdateInput!) { surveyQuestionUpdate(input: $input) { question { reverseScored } } }"""
    await office.data(mutation, {"input": {"id": known["A1"], "reverseScored": False}})
    row = await run(office, surveyId=known["survey"])
    assert any("The question A1 goes against the others of the scale agreeableness" in warning for warning in row.warnings)
    print(row.warnings)


async def test_the_world_values_survey(office: Office, database: Database) -> None:
    known = await of_survey(office, "wvs")
    row = await run(office, surveyId=known["survey"], overallId=known["poverty"],
                    factors=[{"questionId": known["country"]}, {"questionId": known["gender"]}])
    assert (row.status, row.error_message) == (JobStatus.SUCCEEDED, None)
    found = (await office.data(SAID, {"id": f"j_{row.id}"}))["node"]
    frame = pd.read_csv(data("world_values/wvs.csv"))
    step = frame["poverty"].map(STEPS.index)
    for one, column, words in zip(found["comparisons"], ("country", "gender"), (COUNTRIES, GENDERS), strict=True):
        other = stats.kruskal(*[step[frame[column] == name] for name in words])
        told = one["kruskalWallis"]
        print(f"{database.dialect} {column}: H {told['statistic']:.8f}, scipy {other.statistic:.8f}; p {told['pValue']:.6g}, "
              f"{other.pvalue:.6g}; epsilon squared {one['epsilonSquared']:.4f}; {one['reason']}")
        assert (one["appropriateTest"], told["statistic"]) == ("KRUSKAL_WALLIS", pytest.approx(other.statistic, rel=1e-10))
        assert told["pValue"] == pytest.approx(other.pvalue, rel=1e-8)
    design = pd.DataFrame({**{name: frame["country"] == name for name in COUNTRIES[1:]}, "male": frame["gender"] == "male"}).astype(float)
    other = OrderedModel(step, design, distr="logit").fit(method="newton", disp=0, maxiter=100)
    model = found["ordinalModel"]
    for one, value, error in zip(model["effects"], other.params.to_numpy(), other.bse.to_numpy(), strict=False):
        print(f"{one['factor']} {one['group']} beside {one['beside']}: {one['effect']:.6f} ({one['standardError']:.6f}), statsmodels "
              f"{value:.6f} ({error:.6f}), odds ratio {one['oddsRatio']:.3f}, p {one['pValue']:.3g}")
        assert (one["effect"], one["standardError"]) == (pytest.approx(value, abs=1e-6), pytest.approx(error, rel=1e-3))
    assert model["logLikelihood"] == pytest.approx(other.llf, rel=1e-9)
    print(model["test"], model["lackOfFit"], found["ordinalModel"]["pseudoRSquared"])
    assert [one["label"] for one in found["groups"]["nodes"]][-1] == "USA"
