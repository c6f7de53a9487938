"""What those buy to whom a customer is tied, and customers who are tied to the same others. A competitor's purchase recommends nothing."""

from scipy.sparse import eye_array

from plugins.recommend.known import Known, Report
from plugins.recommend.neighbours import neighbours
from plugins.recommend.pathways import CUSTOMER, Pathway, Steps, pathway
from plugins.recommend.purchases import ones
from plugins.recommend.weighting import COSINE

NAME = "RELATIONS"


def products(known: Known, _: Report) -> Pathway:
    """A product scores the sum of the weights of the relationships to those who bought it."""
    assert known.ties
    return pathway(NAME, known.ties.friends, known.purchases.has, CUSTOMER)


def customers(known: Known, report: Report) -> Pathway:
    """A customer scores the cosine of the sets of contacts; the reason is whom both are tied to. Who has as many contacts as a product
    that is passed over has buyers brings nobody together."""
    assert known.ties
    friends = ones(known.ties.friends)
    alike = neighbours(friends, COSINE, known.neighbours, most_common=known.limits.most_buyers, without=known.ties.foes, progress=report)
    steps = Steps(alike, eye_array(alike.shape[0], format="csr"), CUSTOMER)
    return Pathway(NAME, steps, Steps(friends, friends, CUSTOMER))
