"""What responses are grouped by, as a number for each: from what is known of customers, from features, or from another answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from guanxi import FeatureKind, InsufficientData, InvalidParameters, Progress, Snapshot
from plugins.satisfaction.answers import MISSING, Answers, Numbers
from plugins.satisfaction.start import CustomerAttribute, SatisfactionFactorInput, SatisfactionRunStartInput

MOST_GROUPS = 50
Label = Mapping[str, str]  # by language
TITLES: Mapping[CustomerAttribute, tuple[str, str]] = {
    CustomerAttribute.SEGMENT: ("Segment", "客群"), CustomerAttribute.KIND: ("Kind", "客户类型"),
    CustomerAttribute.GENDER: ("Gender", "性别"), CustomerAttribute.EDUCATION_LEVEL: ("Education", "教育程度"),
    CustomerAttribute.INDUSTRY: ("Industry", "行业"), CustomerAttribute.SERVICE_LEVEL: ("Service level", "服务等级"),
    CustomerAttribute.REGION: ("Region", "地区"), CustomerAttribute.CITY: ("City", "城市"), CustomerAttribute.COUNTRY: ("Country", "国家"),
}
KINDS = {"PERSON": ("Person", "个人"), "ORGANIZATION": ("Organisation", "机构")}


@dataclass(frozen=True)
class Factor:
    """`group`: int64[n], places in `labels`, -1 for responses in none. `unknown`: how many are in none because nothing is known;
    `ambiguous`: because they are in several."""

    title: Label
    labels: Sequence[Label]
    group: Numbers
    unknown: int = 0
    ambiguous: int = 0


def both(en: str, zh: str | None = None) -> Label:
    return {"en": en, "zh": en if zh is None else zh}


def factors(snapshot: Snapshot, found: Answers, start: SatisfactionRunStartInput, there: Any, progress: Progress) -> list[Factor]:
    """`there`: bool[n], responses that say something of what is compared. Groups with fewer of them than wanted are left out."""
    made = []
    for at, one in enumerate(start.by):
        factor = of_attribute(snapshot, found, one.attribute) if one.attribute else of_question(found, one, start, at) if one.question_id \
            else of_feature(snapshot, found, one, at)
        made.append(large_enough(factor, there, start.minimum_group, at, progress))
    return made


def of_attribute(snapshot: Snapshot, found: Answers, attribute: CustomerAttribute) -> Factor:
    import pyarrow as pa
    import pyarrow.compute as pc

    table = snapshot.table("customerGroups")
    table = table.filter(pc.equal(table["attribute"], attribute.name))
    words = sorted(table["value"].unique().to_pylist())
    whose = table["customer_id"].to_numpy()
    value = pc.index_in(table["value"], pa.array(words, pa.string())).to_numpy().astype(np.int64)
    names = [both(*KINDS[name]) if attribute is CustomerAttribute.KIND else both(name) for name in words]
    first = np.append(True, whose[1:] != whose[:-1]) if len(whose) else np.zeros(0, bool)
    several = np.zeros(len(whose), bool)
    several[:-1] = ~first[1:]
    group, ambiguous = of_customers(found.customer, whose[first], np.where(several[first], -2, value[first])), 0
    ambiguous = int((group == -2).sum())
    group = np.where(group < 0, -1, group)
    return Factor(both(*TITLES[attribute]), names, group, int((group < 0).sum()) - ambiguous, ambiguous)


def of_customers(asked: Numbers, known: Numbers, value: Numbers) -> Numbers:
    """The value of each customer that is asked for, -1 for those not known. `known`: int64[k], ascending."""
    if not len(known):
        return np.full(len(asked), -1)
    place = np.minimum(np.searchsorted(known, asked), len(known) - 1)
    return np.where(known[place] == asked, value[place], -1)


def of_feature(snapshot: Snapshot, found: Answers, one: SatisfactionFactorInput, at: int) -> Factor:
    assert one.feature
    column, *others = snapshot.features(one.feature)
    if others or column.kind is not FeatureKind.CATEGORY:
        raise InvalidParameters(f"{one.feature} is no category: numbers make no groups.", "factors", str(at), "feature")
    words = sorted({word for word in column.values if word is not None})
    code = {word: place for place, word in enumerate(words)}
    value = np.array([-1 if word is None else code[word] for word in column.values], np.int64)
    group = of_customers(found.customer, snapshot.table("customers")["id"].to_numpy(), value)
    return Factor(both(column.title, column.title_zh), [both(str(word)) for word in words], group, int((group < 0).sum()))


def of_question(found: Answers, one: SatisfactionFactorInput, start: SatisfactionRunStartInput, at: int) -> Factor:
    number = int(str(one.question_id).partition("_")[2])
    place = next((place for place, question in enumerate(found.questions) if question.id == number), None)
    if place is None or number == start.overall:
        why = "is what groups are compared by" if place is not None else "is no question of this survey"
        raise InvalidParameters(f"{one.question_id} {why}.", "factors", str(at), "questionId")
    question, given = found.questions[place], found.values[:, place]
    labels = [{language: question.label(step, language) for language in ("en", "zh")} for step in range(question.low, question.high + 1)]
    group = np.where(given == MISSING, -1, given.astype(np.int64) - question.low)
    return Factor({language: question.called(language) for language in ("en", "zh")}, labels, group, int((group < 0).sum()))


def large_enough(factor: Factor, there: Any, least: int, at: int, progress: Progress) -> Factor:
    """Without groups that are too small to compare. Raises `InsufficientData` when fewer than two are left, and `InvalidParameters` when
    there are too many."""
    title, size = factor.title["en"], np.bincount(factor.group[(factor.group >= 0) & there], minlength=len(factor.labels))
    kept = np.flatnonzero(size >= least).tolist()
    if factor.ambiguous:
        progress.warn(f"{title}: {factor.ambiguous:,} responses are of customers in several groups, and were left out of the comparison.")
    if (small := int((size > 0).sum()) - len(kept)) > 0:
        progress.warn(f"{title}: {small:,} of {int((size > 0).sum()):,} groups have fewer than {least:,} responses, "
                      f"{int(size[size < least].sum()):,} together, and were left out of the comparison.")
    if len(kept) > MOST_GROUPS:
        raise InvalidParameters(f"{title} makes {len(kept):,} groups of {least:,} responses or more; at most {MOST_GROUPS} can be "
                                "compared. Take something coarser, or ask for larger groups by minimumGroup.", "factors", str(at))
    if len(kept) < 2:
        raise InsufficientData(f"{title}: {int(there.sum()):,} responses make {len(kept)} groups of {least:,} or more, of "
                               f"{int((size > 0).sum()):,} in all; a comparison takes two. Nothing is known of {factor.unknown:,}.")
    code = np.full(len(factor.labels) + 1, -1)  # the last place is for -1
    code[kept] = np.arange(len(kept))
    return replace(factor, labels=[factor.labels[place] for place in kept], group=code[factor.group])
