"""What a run of recommendations is started with."""

import enum
import math
from collections.abc import Collection, Mapping
from typing import Any

import strawberry

from guanxi import Customer, InvalidParameters, RunStart, selection

NAME = "recommendation"
PER_CUSTOMER, MOST_PER_CUSTOMER = 10, 50
NEIGHBOURS, MOST_NEIGHBOURS = 50, 500
TEST_SHARE, LARGEST_TEST_SHARE = 0.2, 0.5
HEAVIEST = 100.0
MOST_LEFT_OUT = 1_000


@strawberry.enum(description="What is recommended to a customer.")
class RecommendationKind(enum.Enum):
    PRODUCT = strawberry.enum_value("PRODUCT", description="Products that the customer might buy.")
    CUSTOMER = strawberry.enum_value("CUSTOMER", description="Customers who are like the customer.")


@strawberry.enum(description="Where a recommendation comes from.")
class RecommendationMethod(enum.Enum):
    ITEM_NEIGHBOURS = strawberry.enum_value("ITEM_NEIGHBOURS", description="Products that the same customers buy.")
    USER_NEIGHBOURS = strawberry.enum_value("USER_NEIGHBOURS", description="Customers who buy the same products.")
    RULES = strawberry.enum_value("RULES", description="Products that are bought in the same transactions.")
    RELATIONS = strawberry.enum_value("RELATIONS", description="Relationships that are not negative.")
    POPULARITY = strawberry.enum_value("POPULARITY", description="How many customers of the same group bought it.")


@strawberry.enum(description="How alike two customers are in what they bought, or two products in who bought them.")
class PurchaseSimilarity(enum.Enum):
    COSINE = strawberry.enum_value("COSINE", description="How many they share, divided by the square root of both numbers multiplied.")
    JACCARD = strawberry.enum_value("JACCARD", description="How many they share, divided by how many either has.")
    BM25 = strawberry.enum_value("BM25", description=(
        "How many they share, where what few have and what is bought more often counts for more: the weighting of search engines."))


@strawberry.enum(description="What makes a group of customers.")
class PopularityGroup(enum.Enum):
    INDUSTRY = strawberry.enum_value("industry", description="The same industry.")
    COUNTRY = strawberry.enum_value("country", description="The same country.")
    CITY = strawberry.enum_value("city", description="The same city.")
    TAG = strawberry.enum_value("tag", description="The same tag.")


DEFAULT_GROUPS = (PopularityGroup.INDUSTRY, PopularityGroup.CITY, PopularityGroup.COUNTRY)


@strawberry.input(description="How much each method counts in the blend, from 0 to 100; 0 switches it off.")
class RecommendationWeightsInput:
    item_neighbours: float = strawberry.field(default=1.0, description="Products like those that the customer bought.")
    user_neighbours: float = strawberry.field(default=1.0, description="What those buy who buy alike.")
    rules: float = strawberry.field(default=0.25, description="What is bought in the same transactions as what the customer bought.")
    relations: float = strawberry.field(default=0.5, description=(
        "What those buy to whom the customer is tied. Without it, relationships are not read at all."))
    popularity: float = strawberry.field(default=0.01, description=(
        "What most customers of the group buy: with little weight it fills up what other methods leave free."))

    def __post_init__(self) -> None:
        for method, given in self.by_method().items():
            if not (math.isfinite(given) and 0 <= given <= HEAVIEST):
                name = FIELDS[method]
                raise InvalidParameters(f"{name} must be from 0 to {HEAVIEST:g}.", name)

    def by_method(self) -> dict[str, float]:
        """The weights by the names of the methods."""
        return {method.name: getattr(self, method.name.lower()) for method in RecommendationMethod}


FIELDS = {"ITEM_NEIGHBOURS": "itemNeighbours", "USER_NEIGHBOURS": "userNeighbours", "RULES": "rules", "RELATIONS": "relations",
          "POPULARITY": "popularity"}


@strawberry.input(description="Which relationships count, and how.")
class RecommendationRelationsInput:
    kinds: list[str] | None = strawberry.field(default=strawberry.UNSET, description=(
        "Only relationships of these kinds, by key, negative ones too."))
    use_weights: bool = strawberry.field(default=False, description=(
        "Whether a stronger relationship counts for more. Kinds that are weighed differently do not compare."))

    def __post_init__(self) -> None:
        refuse_empty(self.kinds, "kinds")


@strawberry.input(description="What is to be recommended, and how.")
class RecommendationRunStartInput(RunStart):
    where: Mapping[str, Any] | None = selection(lambda: Customer, (
        "Only to these customers, and only from what they bought and what ties them to each other; left out: all."))
    kinds: list[RecommendationKind] | None = strawberry.field(default=strawberry.UNSET, description="What to recommend; left out: both.")
    per_customer: int = strawberry.field(default=PER_CUSTOMER, description="How many of each kind to a customer at most, from 1 to 50.")
    similarity: PurchaseSimilarity = strawberry.field(default=PurchaseSimilarity.JACCARD, description="What makes two of them neighbours.")
    neighbours: int = strawberry.field(default=NEIGHBOURS, description="How many neighbours each customer and product has, from 1 to 500.")
    weights: RecommendationWeightsInput | None = strawberry.field(default=strawberry.UNSET, description="The blend of methods.")
    relations: RecommendationRelationsInput | None = strawberry.field(default=strawberry.UNSET, description=(
        "Which relationships count; left out: all, each the same. Negative ones never recommend: who is at odds with the customer speaks "
        "for nothing, and is not recommended."))
    group_by: list[PopularityGroup] | None = strawberry.field(default=strawberry.UNSET, description=(
        "Popularity: what makes a group; left out: industry, city and country. An empty list: everybody is one group."))
    leave_out_bought: bool = strawberry.field(default=True, description="Whether products that the customer has bought are left out.")
    leave_out_skus: list[str] | None = strawberry.field(default=strawberry.UNSET, description=(
        "Products that are neither recommended nor looked at, such as postage: at most 1,000 stock keeping units."))
    test_share: float = strawberry.field(default=TEST_SHARE, description=(
        "Which share of the purchases, the latest ones, to hide for a test of the methods, from 0 to 0.5; 0: no test."))

    def __post_init__(self) -> None:
        self.blend = self.weights or RecommendationWeightsInput()
        self.tied = self.relations or RecommendationRelationsInput()
        refuse_empty(self.kinds, "kinds")
        self.check_numbers()
        weights = self.blend.by_method()
        if not any(weights.values()):
            raise InvalidParameters("At least one of the weights must be more than 0.", "weights")
        if self.wants(RecommendationKind.CUSTOMER) and not (weights["USER_NEIGHBOURS"] or weights["RELATIONS"]):
            raise InvalidParameters("Customers are found by userNeighbours or by relations: one of them needs a weight, or kinds must be "
                                    "PRODUCT alone.", "weights")

    def check_numbers(self) -> None:
        within(self.per_customer, MOST_PER_CUSTOMER, "perCustomer")
        within(self.neighbours, MOST_NEIGHBOURS, "neighbours")
        if not (math.isfinite(self.test_share) and 0 <= self.test_share <= LARGEST_TEST_SHARE):
            raise InvalidParameters(f"testShare must be from 0 to {LARGEST_TEST_SHARE}.", "testShare")
        if len(self.leave_out_skus or ()) > MOST_LEFT_OUT:
            raise InvalidParameters(f"leaveOutSkus takes at most {MOST_LEFT_OUT:,} of them.", "leaveOutSkus")

    def wants(self, kind: RecommendationKind) -> bool:
        return not self.kinds or kind in self.kinds

    @property
    def wanted(self) -> list[RecommendationKind]:
        return [kind for kind in RecommendationKind if self.wants(kind)]

    @property
    def grouped_by(self) -> list[str]:
        """The traits that make groups, by their names in a snapshot."""
        chosen: Any = DEFAULT_GROUPS if self.group_by is None or self.group_by is strawberry.UNSET else self.group_by
        return [one.value for one in chosen]


def within(given: int, most: int, name: str) -> None:
    if not 1 <= given <= most:
        raise InvalidParameters(f"{name} must be from 1 to {most}.", name)


def refuse_empty(given: Collection[object] | None, name: str) -> None:
    """What was left out is not empty."""
    if given is not None and given is not strawberry.UNSET and len(given) == 0:
        raise InvalidParameters(f"{name} is empty: name at least one, or leave it out.", name)
