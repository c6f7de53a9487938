"""What an installation starts with: roles, an administrator, service levels and kinds of relationship.

The lists are frozen here on purpose: later changes of the code must not change what this migration once did.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

READING = ["customers.read", "relationships.read", "commerce.read", "staff.read", "jobs.read"]
EVERYTHING = ["customers.read", "customers.write", "relationships.read", "relationships.write", "commerce.read", "staff.read", "jobs.read",
              "settings.write", "pii.read", "privacy.read", "audit.read"]
ROLES = (
    ("reader", "Reader", "只读用户", READING),
    ("agent", "Agent", "客户专员", [*READING, "customers.write", "relationships.write", "pii.read"]),
    ("privacy", "Privacy officer", "隐私专员", [*READING, "pii.read", "privacy.read", "audit.read"]),
    ("admin", "Administrator", "管理员", EVERYTHING),
)

# key, names, minutes to the first response and to the resolution
SERVICE_LEVELS = (
    ("normal", "Normal", "普通", 480, 4320),
    ("vip", "VIP", "贵宾", 120, 1440),
    ("premium", "Premium", "尊享", 30, 480),
)

# key, label and inverse label in English and Chinese, directed, sign, which kinds of customer at its start and at its end
BOTH, PERSON, ORGANIZATION = (True, True), (True, False), (False, True)
RELATIONSHIP_KINDS = (
    ("co_purchase", "buys the same as", "共同购买", None, None, False, "POSITIVE", BOTH, BOTH),
    ("trust", "trusts", "信任", "is trusted by", "受信任于", True, "POSITIVE", BOTH, BOTH),
    ("partner", "partner of", "合作", None, None, False, "POSITIVE", BOTH, BOTH),
    ("supplies", "supplies", "供应", "is supplied by", "由其供应", True, "POSITIVE", BOTH, BOTH),
    ("refers", "referred", "推荐", "was referred by", "由其推荐", True, "POSITIVE", BOTH, BOTH),
    ("competes", "competes with", "竞争", None, None, False, "NEGATIVE", BOTH, BOTH),
    ("conflict", "in conflict with", "冲突", None, None, False, "NEGATIVE", BOTH, BOTH),
    ("employs", "employs", "雇用", "is employed by", "受雇于", True, "NEUTRAL", BOTH, PERSON),
    ("family", "family of", "亲属", None, None, False, "POSITIVE", PERSON, PERSON),
    ("knows", "knows", "认识", None, None, False, "NEUTRAL", PERSON, PERSON),
    ("parent_company", "parent company of", "母公司", "subsidiary of", "子公司", True, "NEUTRAL", ORGANIZATION, ORGANIZATION),
)


def table(name: str, *columns: str) -> sa.TableClause:
    types = {"permissions": sa.JSON()}
    return sa.table(name, sa.column("id", sa.BigInteger()), *(sa.column(column, types.get(column)) for column in columns))


def upgrade() -> None:
    roles = table("roles", "key", "name_en", "name_zh", "permissions")
    add_missing(roles, (dict(zip(("key", "name_en", "name_zh", "permissions"), role, strict=True)) for role in ROLES))
    administrator = op.get_bind().scalar(sa.select(roles.c.id).where(roles.c.key == "admin"))
    add_missing(table("staff", "key", "name", "role_id", "active"),
                [{"key": "admin", "name": "Administrator", "role_id": administrator, "active": True}])
    columns = ("key", "name_en", "name_zh", "first_response_minutes", "resolution_minutes")
    add_missing(table("service_levels", *columns), (dict(zip(columns, level, strict=True)) for level in SERVICE_LEVELS))
    columns = ("key", "label_en", "label_zh", "inverse_label_en", "inverse_label_zh", "directed", "default_sign",
               "from_person", "from_organization", "to_person", "to_organization")
    add_missing(table("relationship_kinds", *columns),
                (dict(zip(columns, (*kind, *start, *end), strict=True)) for *kind, start, end in RELATIONSHIP_KINDS))


def add_missing(into: sa.TableClause, rows: Any) -> None:
    """A row whose key is there already may have been changed by its owner, and stays as it is."""
    known = set(op.get_bind().scalars(sa.select(into.c.key)))
    if missing := [row for row in rows if row["key"] not in known]:
        op.get_bind().execute(sa.insert(into), missing)


def downgrade() -> None:
    """The rows stay: customers, relationships and tokens may refer to them by now."""
