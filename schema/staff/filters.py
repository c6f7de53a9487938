"""Filter keys of staff that are no columns of their own row."""

from sqlalchemy import FromClause, select
from sqlalchemy.sql import ColumnElement

from schema.ids import OpaqueId
from schema.querying.entities import Filter
from schema.querying.inputs import IdFilter, Operand, StringFilter
from schema.staff.models import RoleRow
from schema.staff.types import Staff


def by_role(staff: FromClause, operand: Operand) -> ColumnElement[bool]:
    return staff.c.role_id.in_(select(RoleRow.id).where(operand.holds(RoleRow.key)))


FILTERS = (
    Filter(Staff, "departmentId", IdFilter, lambda staff, operand: operand.holds(staff.c.department_id, OpaqueId("d", "Department")),
           "By department."),
    Filter(Staff, "role", StringFilter, by_role, "By the key of the role."),
)
