"""What a caller may do: the permissions, the roles an installation starts with, and the one place that checks them."""

from collections.abc import Iterable

from schema.errors import RequestError

PERMISSIONS = {
    "customers.read": "See customers, their segments and how they behave.",
    "customers.write": "Create and change customers.",
    "relationships.read": "See relationships between customers.",
    "relationships.write": "Create, change, end and derive relationships.",
    "segments.write": "Make, change, fill and delete segments.",
    "commerce.read": "See products, transactions, browse events and reviews.",
    "surveys.read": "See surveys and what was answered; whose an answer is takes pii.read, too.",
    "surveys.write": "Make, change and delete surveys, and record and delete responses.",
    "staff.read": "See staff, departments and roles.",
    "jobs.read": "See imports and other jobs.",
    "analyses.run": "Start analysis runs, cancel them and run them again.",
    "analyses.publish": "Publish analysis runs, so that scores answer from them.",
    "plugins.read": "See which plugins are installed and how they stand.",
    "settings.write": "Change relationship kinds and service levels.",
    "pii.read": "See personal data unmasked.",
    "privacy.read": "See consents.",
    "audit.read": "Read the audit log.",
}

READING = ("customers.read", "relationships.read", "commerce.read", "surveys.read", "staff.read", "jobs.read")

# key, English name, Chinese name, permissions
ROLES: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    ("reader", "Reader", "只读用户", READING),
    ("agent", "Agent", "客户专员", (*READING, "customers.write", "relationships.write", "pii.read", "analyses.run",
                             "segments.write", "surveys.write")),
    ("privacy", "Privacy officer", "隐私专员", (*READING, "pii.read", "privacy.read", "audit.read")),
    ("admin", "Administrator", "管理员", tuple(PERMISSIONS)),
)


def missing(held: frozenset[str], wanted: Iterable[str]) -> tuple[str, ...]:
    return tuple(name for name in wanted if name not in held)


def require(held: frozenset[str], wanted: Iterable[str]) -> None:
    """Raises FORBIDDEN, naming the permissions that are lacking, never the data they guard."""
    lacking = missing(held, wanted)
    if lacking:
        raise RequestError("FORBIDDEN", "forbidden", permissions=", ".join(lacking))
