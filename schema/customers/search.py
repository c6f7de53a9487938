"""Search over names by an index of 1- and 2-grams, which finds names of two Chinese characters where trigrams find nothing."""

from sqlalchemy import BigInteger, FromClause, String, bindparam, func, select
from sqlalchemy.sql import ColumnElement

from schema.customers.models import NameGramRow
from schema.customers.names import grams, normalise
from schema.errors import RequestError
from schema.querying.databases import Converted
from schema.querying.inputs import Operand


def words(text: str) -> list[str]:
    found = normalise(text).split()
    if not found:
        raise RequestError("BAD_USER_INPUT", "filter_empty", path="search")
    return found


def rarest(text: str) -> list[str]:
    """The grams that a name must have: pairs where words are long enough, for they are rarer than single characters."""
    found: set[str] = set()
    for word in words(text):
        pieces = grams(word)
        found |= {gram for gram in pieces if len(gram) == 2} or pieces
    return sorted(found)


def matches(customer: FromClause, operand: Operand) -> ColumnElement[bool]:
    """All grams lead to this customer in the index; and as "abcb" has the grams of "bcbab" too, the name has the words."""
    gram, path = NameGramRow, operand.path
    count = bindparam(f"{path}~count", type_=Converted(BigInteger(), lambda text: len(rarest(text))))
    found = select(gram.customer_id).where(gram.gram.in_(operand.members(f"{path}~grams", String(), rarest)))
    word = operand.members(f"{path}~words", String(), words).subquery("words").c.value
    name = customer.c.search_name
    absent = select(word).where(func.replace(name, word, "") == name).correlate(customer).exists()
    return customer.c.id.in_(found.group_by(gram.customer_id).having(func.count() == count)) & ~absent
