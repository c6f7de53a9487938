"""Queries that between them ask for every root field, filter operator, order key and way of writing a selection."""

from typing import Any

Q = tuple[str, dict[str, Any]]

CUSTOMER = """id kind name revision createdAt updatedAt tags
 details { __typename ... on PersonDetails { givenName familyName birthDate gender educationLevel income { amount currency } }
           ... on OrganizationDetails { legalName registrationNumber industry employeeCount } }
 contactPoints { id channel value masked preferred verifiedAt } addresses { id line masked city region postalCode country preferred }
 externalIds { source value } serviceLevel { id key name firstResponseMinutes resolutionMinutes }
 owner { id name active department { id key name } role { id key name permissions } manager { name } }
 consents { purpose channel granted recordedAt source }"""
RELATIONSHIP = """id directed sign weight validFrom validTo confidence revision from { id } to { name }
 kind { id key label inverseLabel directed defaultSign fromKinds toKinds }
 provenance { origin recordedAt evidenceCount staff { name } job { __typename id status ... on ImportJob { target } } }"""
TRANSACTION = """id kind occurredAt externalId total { amount currency } customer { id name } cancels { id kind }
 lines { id position quantity unitPrice { amount currency } amount { amount } product { id sku } }"""
JOB = """__typename id status createdAt startedAt finishedAt warnings progress { stage done total fraction }
 error { code message retryable } requestedBy { name }
 ... on ImportJob { target dryRun created updated unchanged rejected
   rowErrors(first: 3) { totalCount nodes { id row column code message rawValue } pageInfo { hasNextPage } } }
 ... on DeriveJob { ended sample { weight evidenceCount from { name } to { id relationships(first: 1) { totalCount } } } }"""

WHOLE: list[Q] = [
    (f"{{ customers(first: 1000) {{ totalCount nodes {{ {CUSTOMER} }} }} }}", {}),
    (f"{{ relationships(first: 1000) {{ totalCount nodes {{ {RELATIONSHIP} }} }} }}", {}),
    (f"{{ transactions(first: 1000) {{ totalCount nodes {{ {TRANSACTION} }} }} }}", {}),
    (f"{{ jobs(first: 100) {{ totalCount nodes {{ {JOB} }} }} }}", {}),
    ("{ products(first: 99) { nodes { id sku name category price { amount currency } reviews(first: 3) { nodes { id score } } } } }", {}),
    ("{ staff { totalCount nodes { id name active } } departments { id key name members(first: 2) { nodes { name } totalCount } } }", {}),
    ("{ relationshipKinds { id key label inverseLabel fromKinds toKinds } serviceLevels { id name } staffRoles { key permissions } }", {}),
    ("{ viewer { language permissions staff { id name role { key } } token { id } } }", {}),
]

WRITINGS: list[Q] = [
    ("{ a: customers(first: 2) { nodes { x: id y: id } } b: customers(first: 3) { edges { c: cursor node { n: name } } } }", {}),
    ("{ customers(first: 2) { nodes { id } nodes { name } edges { cursor } edges { node { kind } } pageInfo { hasNextPage } } }", {}),
    ("{ customers(first: 1) { nodes { ...A } } } fragment A on Customer { ...B ... on Node { id } } fragment B on Customer { name }", {}),
    ("query($a: Boolean!, $b: Boolean!) { customers(first: 2) { nodes { id name @skip(if: $a) kind @include(if: $b) } } }",
     {"a": True, "b": False}),
    ("query($a: Boolean!) { customers(first: 2) { nodes { id } ... @include(if: $a) { totalCount } } }", {"a": True}),
    ("query($a: Boolean!) { customers(first: 2) { nodes { id } ...T @skip(if: $a) } } fragment T on CustomerConnection { totalCount }",
     {"a": False}),
    ("""{ customers(first: 40) { nodes { name relationships(first: 3) { totalCount edges { cursor direction other { name
        relationships(first: 2) { nodes { weight from { name } }
          edges { other { transactions(first: 2) { nodes { id } } } } } } } } } } }""", {}),
    ("""{ customers(first: 30) { nodes { transactions(first: 2) { nodes {
        lines { product { reviews(first: 1) { nodes { customer { id } } } } } } } } } }""", {}),
    ("{ products(first: 5) { nodes { transactions(first: 3) { totalCount nodes { id kind } pageInfo { hasNextPage endCursor } } } } }", {}),
    ("""{ customers(first: 50) { nodes {
        browseEvents(first: 3) { totalCount nodes { id startedAt durationSeconds product { sku } customer { id } } }
        reviews(last: 2) { nodes { id score content createdAt purchased product { name } } } } } }""", {}),
    ("{ __typename customers(first: 1) { __typename nodes { __typename } edges { __typename } pageInfo { __typename } } }", {}),
    ("{ customers(first: 2) { __proto__: totalCount constructor: nodes { __proto__: id } } }", {}),
    ("""{ customers(where: {name: {eq: "nobody"}}) { totalCount nodes { id } edges { cursor } groups(by: [KIND]) { count }
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }""", {}),
]

CODES = ("c_1", "c_999999", "r_2", "rk_1", "p_3", "t_4", "tl_5", "be_6", "rv_7", "s_100", "d_101", "sr_1", "sl_100", "cp_1", "ad_1", "j_1",
         "j_3", "re_1", "at_1")
LOOKUPS: list[Q] = [
    *[("""query($id: ID!) { node(id: $id) { __typename id ... on Customer { name } ... on Job { status } ... on DeriveJob { ended }
        ... on Staff { name } ... on TransactionLine { amount { amount currency } } } }""", {"id": id_}) for id_ in CODES],
    ("query($ids: [ID!]!) { nodes(ids: $ids) { __typename id ... on Product { sku } } }", {"ids": [*CODES, "c_1", "p_3"]}),
    ('{ customer(ref: {id: "c_7"}) { name } product(id: "p_1") { sku } relationship(id: "r_1") { weight } job(id: "j_3") { id } }', {}),
    ('query($r: CustomerRef!) { customer(ref: $r) { id } }', {"r": {"externalId": {"source": "shop", "value": "X6"}}}),
    ('query($r: CustomerRef!) { customer(ref: $r) { id } }', {"r": {"email": "SOMEONE150@example.test"}}),
    ('query($r: CustomerRef!) { customer(ref: $r) { id } }', {"r": {"phone": "+86 (10) 00-011"}}),
    ('query($r: CustomerRef!) { customer(ref: $r) { id } }', {"r": {"email": "nobody@example.test"}}),
]

CUSTOMER_FILTERS: list[dict[str, Any]] = [
    {"id": {"in": ["c_1", "c_2", "c_900"]}}, {"id": {"eq": "c_3"}}, {"id": {"in": []}}, {"kind": {"eq": "PERSON"}},
    {"kind": {"in": ["ORGANIZATION"]}}, {"name": {"startsWith": "王", "ne": "王伟"}}, {"name": {"contains": "%"}},
    {"name": {"in": ["Bob", "李"]}}, {"tag": {"eq": "vip"}}, {"tag": {"startsWith": "V"}}, {"serviceLevel": {"isNull": True}},
    {"serviceLevel": {"ne": "level1"}}, {"ownerId": {"isNull": True}}, {"ownerId": {"in": ["s_101", "s_102"]}}, {"country": {"eq": "中国"}},
    {"country": {"isNull": True}}, {"externalId": {"in": ["X1", "X2"]}}, {"createdAt": {"gte": "2024-02-01T00:00:00+08:00"}},
    {"createdAt": {"lt": "2024-02-01T00:00:00Z"}}, {"purchaseTotal": {"gt": "1.5"}}, {"purchaseTotal": {"lte": "0", "currency": "CNY"}},
    {"purchaseTotal": {"isNull": True}}, {"search": "王伟"}, {"search": "ａｎｎａ SMITH"},
    {"relatedTo": {"customerId": "c_3", "maxHops": 1}}, {"relatedTo": {"customerId": "c_3", "maxHops": 4}, "name": {"contains": "a"}},
    {"or": [{"relatedTo": {"customerId": "c_5", "maxHops": 2, "kinds": ["trust", "knows"]}},
            {"not": {"relatedTo": {"customerId": "c_6", "maxHops": 3}}}]},
    {"or": [{"not": {"serviceLevel": {"eq": "level0"}}}, {"and": [{"kind": {"eq": "PERSON"}}, {"name": {"contains": "a"}}]}]},
]
OTHER_FILTERS: list[tuple[str, str, dict[str, Any]]] = [
    *[("relationships", "Relationship", where) for where in (
        {"kind": {"eq": "trust"}}, {"sign": "NEGATIVE"}, {"origin": "DERIVED"}, {"weight": {"gte": 0.25, "lt": 12.5}},
        {"otherId": {"in": ["c_1", "c_2", "c_3"]}}, {"weight": {"eq": 1e-7}})],
    *[("transactions", "Transaction", where) for where in (
        {"kind": "RETURN"}, {"productId": {"eq": "p_1"}}, {"customerId": {"isNull": True}}, {"externalId": {"startsWith": "I1"}},
        {"occurredAt": {"gte": "2024-01-15T12:00:00.5+00:00", "lt": "2024-02-01T00:00:00+00:00"}})],
    *[("products", "Product", where) for where in ({"category": {"ne": "C1"}}, {"sku": {"in": ["SKU07"]}}, {"category": {"isNull": True}})],
    *[("staff", "Staff", where) for where in ({"active": True}, {"departmentId": {"eq": "d_100"}}, {"role": {"in": ["admin", "agent"]}})],
]
FILTERED: list[Q] = [
    *[("""query($w: CustomerWhere) { customers(where: $w, first: 300) { totalCount nodes { id }
        groups(by: [KIND, SERVICE_LEVEL]) { keys count purchaseTotal { amount currency } } } }""", {"w": where})
      for where in CUSTOMER_FILTERS],
    *[(f"query($w: {type_}Where) {{ {field}(where: $w, first: 999) {{ totalCount nodes {{ id }} }} }}", {"w": where})
      for field, type_, where in OTHER_FILTERS],
    ("query($w: ReviewWhere) { customers { nodes { reviews(where: $w) { nodes { id } totalCount } } } }",
     {"w": {"score": {"in": [1, 5], "gt": 1}, "purchased": True}}),
    ("query($w: BrowseEventWhere) { customers { nodes { browseEvents(where: $w) { nodes { id } totalCount } } } }",
     {"w": {"productId": {"in": ["p_1", "p_2", "p_3"]}, "startedAt": {"gte": "2024-01-20T00:00:00Z"}}}),
    ("""{ customers { nodes { relationships(direction: IN, asOf: "2024-02-10T00:00:00Z", where: {sign: NEGATIVE},
        orderBy: [{weight: DESC}, {validFrom: ASC}]) { totalCount edges { cursor direction other { id } node { id } } } } } }""", {}),
    ('{ relationships(asOf: "2024-02-10T00:00:00Z", first: 500) { totalCount nodes { id validFrom validTo } } }', {}),
    ("{ jobs(status: FAILED) { nodes { id } } }", {}),
]

ORDERS = {"customers": ("Customer", ("name", "createdAt", "updatedAt", "purchaseTotal", "lastPurchaseAt")),
          "relationships": ("Relationship", ("weight", "validFrom")), "products": ("Product", ("sku", "name", "category")),
          "transactions": ("Transaction", ("occurredAt",)), "staff": ("Staff", ("name",))}
ORDERED: list[Q] = [
    (f"""query($o: [{type_}Order!]) {{ {field}(orderBy: $o, {way}: 60) {{ nodes {{ id }} edges {{ cursor }}
        pageInfo {{ startCursor endCursor hasNextPage hasPreviousPage }} }} }}""", {"o": [{key: direction}]})
    for field, (type_, keys) in ORDERS.items() for key in keys for direction in ("ASC", "DESC") for way in ("first", "last")]

SUMMED: list[Q] = [
    ("""{ customers(first: 250) { nodes { id behaviour { purchaseCount returnCount purchaseTotal { amount currency } lastPurchaseAt
        browseCount browseSeconds reviewCount meanReviewScore } } } }""", {}),
    ("""{ customers(first: 250) { nodes { a: behaviour(window: {from: "2024-02-01T00:00:00Z"}) { purchaseCount meanReviewScore }
        b: behaviour(window: {from: "2024-01-05T00:00:00Z", to: "2024-02-01T00:00:00Z"}) { lastPurchaseAt browseSeconds } } } }""", {}),
    *[("query($by: [CustomerGroupKey!]!) { customers { groups(by: $by) { keys count purchaseTotal { amount currency } } } }", {"by": by})
      for by in (["KIND"], ["SERVICE_LEVEL"], ["OWNER"], ["CREATED_MONTH"], ["OWNER", "KIND", "CREATED_MONTH"])],
]

ALL: list[Q] = [*WHOLE, *WRITINGS, *LOOKUPS, *FILTERED, *ORDERED, *SUMMED]
