"""Root fields about staff."""

import strawberry

from schema.context import Context
from schema.querying.declare import listed, many
from schema.staff.models import StaffRow
from schema.staff.types import Department, StaffConnection, StaffRole, Viewer


def viewer(info: strawberry.Info[Context, None]) -> Viewer | None:
    caller = info.context.caller
    if caller.staff_id is None and caller.token_id is None:
        return None
    return Viewer(staff_id=caller.staff_id, token_id=caller.token_id, permissions=sorted(caller.permissions),
                  language=info.context.language)


@strawberry.type
class StaffQueries:
    staff: StaffConnection | None = many(None, "Members of staff, by name.", default_order=[(StaffRow.name, False)])
    departments: list[Department] | None = listed(None, "All departments.")
    staff_roles: list[StaffRole] | None = listed(None, "All roles.")

    viewer: Viewer | None = strawberry.field(resolver=viewer, description="Who asks; null when nobody is signed in.")
