"""The methods there are. Another one is another file, a line here, and a name in start.py, which its weight has too, and in words.py."""

from collections.abc import Callable, Mapping

from plugins.recommend.known import Known, Report
from plugins.recommend.methods import item_neighbours, popularity, relations, rules, user_neighbours
from plugins.recommend.pathways import Pathway

Method = Callable[[Known, Report], Pathway]

PRODUCTS: Mapping[str, Method] = {
    "ITEM_NEIGHBOURS": item_neighbours.products, "USER_NEIGHBOURS": user_neighbours.products, "RULES": rules.products,
    "RELATIONS": relations.products, "POPULARITY": popularity.products,
}
CUSTOMERS: Mapping[str, Method] = {"USER_NEIGHBOURS": user_neighbours.customers, "RELATIONS": relations.customers}
