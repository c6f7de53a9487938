"""Types of potential partners: the run that looks for them, and a proposal."""

from typing import Annotated

import strawberry

from guanxi import AnalysisRun, Customer, from_summary, referred
from plugins.graph.partners.start import PartnerMethod

READ = ["relationships.read"]
HERE = "plugins.graph.partners.types"


@strawberry.type(description="Somebody to whom a customer is not tied and might be, as one run found.")
class PotentialPartner:
    partner_id: strawberry.Private[int]
    via_ids: strawberry.Private[list[int]]
    run_id: strawberry.Private[int]
    rank: int = strawberry.field(description="Its place among the customer's, from 1, the likeliest.")
    score: float = strawberry.field(description="How likely, by the run's method; scores of two methods do not compare.")
    common: int = strawberry.field(description="How many contacts the two share, leaving out those with too many contacts to say anything.")
    reason: str = strawberry.field(description="Why, in a sentence or two, in the caller's language.")
    partner: Customer = referred("partner_id", "Who might be brought together with the customer.")
    via: list[Customer] = referred("via_ids", "Through whom: at most three of the contacts they share, those with the fewest ties first.")
    run: Annotated["PotentialPartnersRun", strawberry.lazy(HERE)] = referred("run_id", "The run that found it.")


@strawberry.type(description="A run that looked for potential partners.")
class PotentialPartnersRun(AnalysisRun):
    method: PartnerMethod | None = from_summary("method", "What makes it likely that two customers come together.")
    pair_count: int | None = from_summary("pairCount", "How many proposals it made; one that is made to both counts twice.")
    customer_count: int | None = from_summary("customerCount", "How many customers somebody was proposed to.")
    passed_over_count: int | None = from_summary("passedOverCount", (
        "How many customers have so many contacts that sharing them says nothing."))
    hidden_count: int | None = from_summary("hiddenCount", "How many tied pairs were hidden to test the method; null without a test.")
    auc: float | None = from_summary("auc", (
        "How well it finds hidden ties: how probable it is that one scores higher than a pair without a tie, equals counting half. 1 is "
        "perfect, 0.5 is chance; null without a test."))
    auc_error: float | None = from_summary("aucError", "The standard error of `auc`.")
    popularity_auc: float | None = from_summary("popularityAuc", (
        "What `auc` would be for the numbers of contacts alone, multiplied: a method below it is not worth its effort."))
