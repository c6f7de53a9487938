"""Types of rule runs: the run, itemsets, and rules."""

from typing import Annotated

import strawberry

from guanxi import AnalysisRun, Connection, Node, column, computed, from_summary, key, many, one
from plugins.rules.items import READ, RuleItem, items
from plugins.rules.models import ItemsetRow, RuleRow
from plugins.rules.start import BasketUnit, RuleAlgorithm, RuleCorrection

HERE = "plugins.rules.types"
LazyRun = Annotated["RuleMiningRun", strawberry.lazy(HERE)]


@strawberry.type(description="Items that are together in many baskets, as one run found them.")
class Itemset(Node):
    id: strawberry.ID = key(ItemsetRow.id, code="ri", requires=READ)
    items: list[RuleItem] | None = computed(items, "What is in it.", type_=list[RuleItem] | None)
    size: int = column(ItemsetRow.size, "How many items it has.", filter="operators", order=True)
    count: int = column(ItemsetRow.count, "How many baskets hold all of them.", filter="operators", order=True)
    support: float = column(ItemsetRow.support, "Which share of all baskets holds all of them.", filter="operators")
    closed: bool = column(ItemsetRow.closed, "Whether no larger one of the run is in as many baskets.", filter="value")
    maximal: bool = column(ItemsetRow.maximal, "Whether the run has no larger one.", filter="value")
    run: LazyRun = one(ItemsetRow.run_id, "The run that found it.")


@strawberry.type(description=(
    "Who has what stands on the left often has what stands on the right: a rule of co-purchase, as one run found it."))
class AssociationRule(Node):
    id: strawberry.ID = key(RuleRow.id, code="ar", requires=READ)
    antecedent: list[RuleItem] | None = computed(items, "The left side: what is given.", column=RuleRow.antecedent_id,
                                                 type_=list[RuleItem] | None)
    consequent: list[RuleItem] | None = computed(items, "The right side: what follows.", column=RuleRow.consequent_id,
                                                 type_=list[RuleItem] | None)
    count: int = column(RuleRow.count, "How many baskets hold both sides.", filter="operators", order=True)
    support: float = column(RuleRow.support, "Which share of all baskets holds both sides.", filter="operators", order=True)
    confidence: float = column(RuleRow.confidence, "Of the baskets with the left side, which share has the right side too.",
                               filter="operators", order=True)
    lift: float = column(RuleRow.lift, (
        "How many times as often the two sides come together as by chance: 1 when neither knows of the other."),
                         filter="operators", order=True)
    leverage: float = column(RuleRow.leverage, "Which share of all baskets holds both sides beyond what chance would have it.",
                             filter="operators", order=True)
    conviction: float | None = column(RuleRow.conviction, (
        "How many times as often the left side would come without the right one by chance; null for a rule without exception."),
                                      filter="operators", order=True)
    gain: float = column(RuleRow.gain, (
        "Information gain in bits, from 0 to 1: how much less uncertain the right side is once one knows of the left one."),
                         filter="operators", order=True)
    p_value: float = column(RuleRow.p_value, (
        "How probable it is that the sides come together so often or more by chance: Fisher's exact test, one-sided."),
                            filter="operators", order=True)
    adjusted_p_value: float = column(RuleRow.adjusted_p_value, "The same, corrected for how many rules the run tested.", filter="operators",
                                     order=True)
    run: LazyRun = one(RuleRow.run_id, "The run that found it.")


ItemsetConnection = Connection[Itemset]
AssociationRuleConnection = Connection[AssociationRule]


@strawberry.type(description="A run that looked for what is bought together.")
class RuleMiningRun(AnalysisRun):
    algorithm: RuleAlgorithm | None = from_summary("algorithm", "How itemsets were looked for.")
    unit: BasketUnit | None = from_summary("unit", "What counts as one basket.")
    correction: RuleCorrection | None = from_summary("correction", "How p-values were corrected.")
    by_category: bool | None = from_summary("byCategory", "Whether items are categories of products.")
    basket_count: int | None = from_summary("basketCount", "How many baskets there are, returns taken off.")
    item_count: int | None = from_summary("itemCount", "How many different items are in them.")
    longest_basket: int | None = from_summary("longestBasket", "How many items the fullest basket has.")
    returned_count: int | None = from_summary("returnedCount", (
        "How many purchases (lines of transactions) came back in full, and do not count."))
    minimum_count: int | None = from_summary("minimumCount", (
        "In how many baskets an itemset had to be: ceil(minimumSupport * baskets), or more when there were too many itemsets."))
    itemset_count: int | None = from_summary("itemsetCount", "How many itemsets there are.")
    rule_count: int | None = from_summary("ruleCount", "How many rules met what was asked for, kept or not.")
    tested_count: int | None = from_summary("testedCount", (
        "How many tests p-values were corrected for: one for every way to part an itemset in two."))
    truncated: bool | None = from_summary("truncated", (
        "Whether there were more itemsets or rules than a run keeps: then these are the most frequent itemsets and the rules of the "
        "highest lift."))
    itemsets: ItemsetConnection | None = many(ItemsetRow.run_id, "The itemsets, the most frequent first.",
                                              default_order=[(ItemsetRow.count, True)], requires=READ)
    rules: AssociationRuleConnection | None = many(RuleRow.run_id, "The rules, those of the highest lift first.",
                                                   default_order=[(RuleRow.lift, True), (RuleRow.confidence, True)],
                                                   requires=READ)
