"""What is asked: five operations, in the words of each server, with variables that change from request to request.

All send `query`, `operationName` and `variables` as a client does, and read the same rows in the same order.
"""

import random
from dataclasses import dataclass

from bench.serving.servers import BASE, OURS, OURS_SQLITE

TITLES = {
    "Q1": "one customer by id, 10 fields",
    "Q2": "a page of 50 customers, 10 fields, each with 5 relationships",
    "Q3": "a page of 1,000 customers, 8 fields",
    "Q4": "Q2 with PageRank, community and a filter on PageRank",
    "Q5": "customerUpdate",
}
PAGE = {"Q2": 50, "Q3": 1_000, "Q4": 50}
BASE_OF = {"Q4": "Q2"}  # what of PostGraphile's it is compared with, where that is not the same query
BY_ID, PAGES, CHANGED = 4_000, 200, 2_000  # how many different variables there are
MARK = 77_777  # the load generators put another number in its place for each request


@dataclass(frozen=True)
class Asked:
    """Variables in nobody's words: the numbers of customers, the number of the customer before the page, the lowest PageRank."""

    id: int = 0
    after: int = 0
    least: float = 0.0


def variables(query: str, customers: int) -> list[Asked]:
    """The same for every server. Q5 changes the last tenth of the customers, by whom no page and no look-up comes."""
    chance = random.Random(query[0] + ("2" if query == "Q4" else query[1]))
    read = customers * 9 // 10
    if query == "Q1":
        return [Asked(id=chance.randrange(1, read)) for _ in range(BY_ID)]
    if query == "Q5":
        return [Asked(id=chance.randrange(read + 1, customers + 1)) for _ in range(CHANGED)]
    # PageRanks of one relationship to some dozen: from almost everybody down to the best tied tenth
    ranks = [(pointed + 1) / (customers * 11) for pointed in range(2, 20)]
    return [Asked(after=chance.randrange(1, read - PAGE[query] - 1), least=chance.choice(ranks)) for _ in range(PAGES)]


OUR_FIELDS = """id kind name revision createdAt updatedAt
      details { ... on OrganizationDetails { legalName registrationNumber industry employeeCount } }"""
OUR_FEWER = """id kind name revision createdAt updatedAt
      details { ... on OrganizationDetails { industry employeeCount } }"""
OUR_TIES = "relationships(first: 5) { edges { node { weight } other { name } } }"
OUR_DOCUMENTS = {
    "Q1": f"""query Q1($id: ID!) {{
    customer(ref: {{id: $id}}) {{ {OUR_FIELDS} }}
}}""",
    "Q2": f"""query Q2($first: Int!, $after: String) {{
  customers(first: $first, after: $after) {{
    nodes {{ {OUR_FIELDS}
      {OUR_TIES} }}
  }}
}}""",
    "Q3": f"""query Q3($first: Int!, $after: String) {{
  customers(first: $first, after: $after) {{
    nodes {{ {OUR_FEWER} }}
  }}
}}""",
    "Q4": f"""query Q4($first: Int!, $after: String, $least: Float!) {{
  customers(first: $first, after: $after, where: {{pageRank: {{gte: $least}}}}) {{
    nodes {{ {OUR_FIELDS}
      pageRank {{ value rank }} community {{ index size }}
      {OUR_TIES} }}
  }}
}}""",
    "Q5": """mutation Q5($id: ID!, $employees: Int!) {
  customerUpdate(input: {id: $id, details: {organization: {employeeCount: $employees}}}) {
    customer { id name details { ... on OrganizationDetails { employeeCount } } }
    userErrors { code }
  }
}""",
}

# A column called id is rowId in PostGraphile, where id is the node's opaque one.
BASE_FIELDS = "rowId kind name revision createdAt updatedAt legalName registrationNumber industry employeeCount"
BASE_FEWER = "rowId kind name revision createdAt updatedAt industry employeeCount"
BASE_DOCUMENTS = {
    "Q1": f"""query Q1($id: BigInt!) {{
  customer(rowId: $id) {{ {BASE_FIELDS} }}
}}""",
    "Q2": f"""query Q2($first: Int!, $after: Cursor) {{
  customers(first: $first, after: $after) {{
    nodes {{ {BASE_FIELDS}
      relationshipEnds(first: 5) {{ nodes {{ relationship {{ weight }} other {{ name }} }} }} }}
  }}
}}""",
    "Q3": f"""query Q3($first: Int!, $after: Cursor) {{
  customers(first: $first, after: $after) {{
    nodes {{ {BASE_FEWER} }}
  }}
}}""",
    "Q5": """mutation Q5($id: BigInt!, $employees: Int!) {
  updateCustomer(input: {rowId: $id, patch: {employeeCount: $employees}}) {
    customer { rowId name employeeCount }
  }
}""",
}

# mercurius and plain Strawberry have the schema that one would write by hand for these questions.
FIELDS = "id kind name revision createdAt updatedAt legalName registrationNumber industry employeeCount"
FEWER = "id kind name revision createdAt updatedAt industry employeeCount"
HAND_WRITTEN = {
    "Q1": f"""query Q1($id: ID!) {{
  customer(id: $id) {{ {FIELDS} }}
}}""",
    "Q2": f"""query Q2($first: Int!, $after: ID) {{
  customers(first: $first, after: $after) {{ {FIELDS}
    relationships(first: 5) {{ weight other {{ name }} }} }}
}}""",
    "Q3": f"""query Q3($first: Int!, $after: ID) {{
  customers(first: $first, after: $after) {{ {FEWER} }}
}}""",
    "Q5": """mutation Q5($id: ID!, $employees: Int!) {
  customerUpdate(id: $id, employeeCount: $employees) { id name employeeCount }
}""",
}

DOCUMENTS = {OURS: OUR_DOCUMENTS, OURS_SQLITE: OUR_DOCUMENTS, BASE: BASE_DOCUMENTS, "mercurius": HAND_WRITTEN, "strawberry": HAND_WRITTEN}


def asked_of(server: str, query: str) -> bool:
    return query in DOCUMENTS[server]
