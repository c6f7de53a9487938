"""What a search for potential partners is started with."""

import enum
import math

import strawberry

from guanxi import InvalidParameters, RunStart
from plugins.graph.metrics.start import MOST_SEED, NOT_NEGATIVE, GraphSelectionInput

NAME = SLOT = "potentialPartners"
PER_CUSTOMER, MOST_PER_CUSTOMER = 10, 50
HIDDEN_SHARE, LARGEST_HIDDEN_SHARE = 0.1, 0.5


@strawberry.enum(description="What makes it likely that two customers come together.")
class PartnerMethod(enum.Enum):
    COMMON_NEIGHBOURS = strawberry.enum_value("COMMON_NEIGHBOURS", description="How many contacts they share.")
    JACCARD = strawberry.enum_value("JACCARD", description="Of all the contacts that either has, which share they have in common.")
    ADAMIC_ADAR = strawberry.enum_value("ADAMIC_ADAR", description=(
        "How many contacts they share, each counting 1 / ln(number of its own contacts): whoever knows few people says more."))
    PREFERENTIAL_ATTACHMENT = strawberry.enum_value("PREFERENTIAL_ATTACHMENT", description=(
        "The numbers of their contacts, multiplied: who has many gets more. Among those who share a contact."))


@strawberry.input(description="How potential partners are to be looked for.")
class PotentialPartnersRunStartInput(RunStart):
    graph: GraphSelectionInput | None = strawberry.field(default=strawberry.UNSET, description=(
        "The network; left out: everybody, and all relationships that are not negative. Directions and weights do not count here. A "
        "negative relationship makes nobody a contact, and whoever has a relationship of any kind or sign is not proposed."))
    method: PartnerMethod = strawberry.field(default=PartnerMethod.ADAMIC_ADAR, description="What makes two customers likely partners.")
    per_customer: int = strawberry.field(default=PER_CUSTOMER, description=(
        "How many to propose to each customer at most, from 1 to 50."))
    hidden_share: float = strawberry.field(default=HIDDEN_SHARE, description=(
        "Which share of the tied pairs to hide, from 0 to 0.5, to see how well the method finds them again; 0: no test."))
    seed: int | None = strawberry.field(default=strawberry.UNSET, description=(
        "Where the chance in the test comes from, 0 or more; left out, it is drawn and kept with the run. Proposals do not depend on it."))

    def __post_init__(self) -> None:
        self.network = self.graph or GraphSelectionInput()
        if not 1 <= self.per_customer <= MOST_PER_CUSTOMER:
            raise InvalidParameters(f"perCustomer must be from 1 to {MOST_PER_CUSTOMER}.", "perCustomer")
        if not (math.isfinite(self.hidden_share) and 0 <= self.hidden_share <= LARGEST_HIDDEN_SHARE):
            raise InvalidParameters(f"hiddenShare must be from 0 to {LARGEST_HIDDEN_SHARE}.", "hiddenShare")
        if self.seed and not 0 <= self.seed <= MOST_SEED:
            raise InvalidParameters("seed must be 0 or more.", "seed")
        if not self.signs():
            raise InvalidParameters("Contacts are found without negative relationships: take POSITIVE or NEUTRAL ones too.",
                                    "graph", "signs")

    def signs(self) -> list[str]:
        """The signs of relationships that make somebody a contact, by name."""
        return [sign.name for sign in self.network.signs_or_default() if sign in NOT_NEGATIVE]
