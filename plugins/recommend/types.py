"""Types of recommendations: the run that makes them, how well it guesses, and one of them."""

import datetime
import enum
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import strawberry

from guanxi import AnalysisRun, Customer, Product, from_summary, referred
from plugins.recommend.start import PurchaseSimilarity, RecommendationMethod

READ = ["commerce.read", "relationships.read"]
HERE = "plugins.recommend.types"
RecommendedItem = Annotated[Product | Customer, strawberry.union("RecommendedItem", description="What is recommended.")]


@strawberry.type(description="A product that a customer might buy, or a customer who is like another one, as one run found.")
class Recommendation:
    because_id: strawberry.Private[int | None]
    via_ids: strawberry.Private[list[int]]
    run_id: strawberry.Private[int]
    rank: int = strawberry.field(description="Its place among the customer's, from 1, the best.")
    score: float = strawberry.field(description=(
        "How strongly: each method gives from 0 to 1 times its weight, and these are added up. Scores order what one customer is "
        "recommended; they are no probabilities."))
    method: RecommendationMethod = strawberry.field(description="Which method adds most to the score.")
    support: int = strawberry.field(description=(
        "How many speak for it by that method: products that were bought, customers who bought it, products or contacts of both."))
    reason: str = strawberry.field(description="Why, in a sentence, in the caller's language.")
    item: RecommendedItem = strawberry.field(description="What is recommended.")
    because: Product | None = referred("because_id", "The product the customer bought that speaks most for it, if products do.")
    via: list[Customer] = referred("via_ids", (
        "Through whom: at most three customers who bought it, or contacts that two customers share; who counts most comes first."))
    run: Annotated["RecommendationRun", strawberry.lazy(HERE)] = referred("run_id", "The run that found it.")


@strawberry.enum(description="What was tested.")
class JudgedMethod(enum.Enum):
    ITEM_NEIGHBOURS = strawberry.enum_value("ITEM_NEIGHBOURS", description="Products that the same customers buy, alone.")
    USER_NEIGHBOURS = strawberry.enum_value("USER_NEIGHBOURS", description="Customers who buy the same products, alone.")
    RULES = strawberry.enum_value("RULES", description="Products that are bought in the same transactions, alone.")
    RELATIONS = strawberry.enum_value("RELATIONS", description="Relationships alone.")
    POPULARITY = strawberry.enum_value("POPULARITY", description="What is popular in the customer's group, alone.")
    BLEND = strawberry.enum_value("BLEND", description="All methods with the weights of the run.")
    BLEND_WITHOUT_RELATIONS = strawberry.enum_value("BLEND_WITHOUT_RELATIONS", description="The same, but no relationships.")
    BEST_SELLERS = strawberry.enum_value("BEST_SELLERS", description="What most customers buy, for everybody: what methods must beat.")


@strawberry.type(description=(
    "How well a method guessed what customers bought for the first time after the split: means over the customers of the test, with as "
    "many products for each as the run recommends."))
class RecommendationQuality:
    method: JudgedMethod = strawberry.field(description="Which.")
    hit_rate: float = strawberry.field(description="How many customers bought something of what they were recommended, from 0 to 1.")
    precision: float = strawberry.field(description="How much of what was recommended was bought, from 0 to 1.")
    recall: float = strawberry.field(description="How much of what was bought had been recommended, from 0 to 1.")
    ndcg: float = strawberry.field(description="The same as a whole, where what stands further up counts for more, from 0 to 1.")
    coverage: float = strawberry.field(description="How much of all products that were sold was recommended to anybody, from 0 to 1.")


@strawberry.type(description="How much each method counted in a blend; 0: it was off.")
class RecommendationWeights:
    item_neighbours: float = strawberry.field(description="Products like those that the customer bought.")
    user_neighbours: float = strawberry.field(description="What those buy who buy alike.")
    rules: float = strawberry.field(description="What is bought in the same transactions.")
    relations: float = strawberry.field(description="What those buy to whom the customer is tied.")
    popularity: float = strawberry.field(description="What most customers of the group buy.")


def weights(found: Mapping[str, float]) -> RecommendationWeights:
    return RecommendationWeights(**{method.lower(): weight for method, weight in found.items()})


def qualities(found: Sequence[Mapping[str, Any]]) -> list[RecommendationQuality]:
    return [RecommendationQuality(method=JudgedMethod[one["method"]], hit_rate=one["hitRate"], precision=one["precision"],
                                  recall=one["recall"], ndcg=one["ndcg"], coverage=one["coverage"]) for one in found]


@strawberry.type(description="A run that recommended products, customers, or both to customers.")
class RecommendationRun(AnalysisRun):
    similarity: PurchaseSimilarity | None = from_summary("similarity", "What makes two customers, or two products, neighbours.")
    neighbours: int | None = from_summary("neighbours", "How many neighbours each customer and product has at most.")
    weights: RecommendationWeights | None = from_summary("weights", "How much each method counts.", weights)
    buyer_count: int | None = from_summary("buyerCount", "How many customers bought something.")
    sold_count: int | None = from_summary("soldCount", "How many products somebody bought.")
    product_count: int | None = from_summary("productCount", "How many products were recommended, each time to a customer.")
    customer_count: int | None = from_summary("customerCount", "How many customers were recommended, each time to a customer.")
    newcomer_count: int | None = from_summary("newcomerCount", (
        "To how many customers products were recommended who had bought nothing: by relationships, or what is popular."))
    coverage: float | None = from_summary("coverage", "How much of all products that were sold is recommended to somebody, from 0 to 1.")
    split_at: datetime.datetime | None = from_summary("splitAt", "From when on purchases were hidden from the test; null without one.",
                                                      datetime.datetime.fromisoformat)
    tested_count: int | None = from_summary("testedCount", "How many customers the test was about; null without a test.")
    test: list[RecommendationQuality] | None = from_summary("test", "How well each method guessed; null without a test.", qualities)
