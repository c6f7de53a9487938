"""Root fields about staff."""

from typing import Any

import strawberry

from schema.querying.declare import listed, many
from schema.staff.models import StaffRow
from schema.staff.types import Department, StaffConnection, StaffRole, Viewer


@strawberry.type
class StaffQueries:
    staff: StaffConnection | None = many(None, "Members of staff, by name.", default_order=[(StaffRow.name, False)])
    departments: list[Department] | None = listed(None, "All departments.")
    staff_roles: list[StaffRole] | None = listed(None, "All roles.")

    @strawberry.field(description="Who asks; null when nobody is signed in.")
    def viewer(self, info: strawberry.Info[Any, None]) -> Viewer | None:
        context = info.context
        caller = context.caller
        if caller.staff_id is None and caller.token_id is None:
            return None
        return Viewer(staff_id=caller.staff_id, token_id=caller.token_id, permissions=sorted(caller.permissions), language=context.language)
