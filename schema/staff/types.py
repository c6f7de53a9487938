"""Types of staff."""

import datetime
from typing import Annotated

import strawberry

from schema.querying.connection import Connection, Node
from schema.querying.declare import column, derived, key, many, one, referred, translated
from schema.staff.models import ApiTokenRow, DepartmentRow, RoleRow, StaffRow

StaffConnection = Connection[Annotated["Staff", strawberry.lazy("schema.staff.types")]]


def as_list(permissions: list[str]) -> list[str]:
    return permissions


@strawberry.type(description="A role: a named set of permissions.")
class StaffRole(Node):
    id: strawberry.ID = key(RoleRow.id, code="sr", requires=["staff.read"])
    key: str = column(RoleRow.key, "What programs call the role.")
    name: str | None = translated(RoleRow.name_en, RoleRow.name_zh, "Its name in the caller's language.")
    permissions: list[str] = derived(as_list, RoleRow.permissions, description="What it allows.")


@strawberry.type(description="A department.")
class Department(Node):
    id: strawberry.ID = key(DepartmentRow.id, code="d", requires=["staff.read"])
    key: str = column(DepartmentRow.key, "What programs call the department.")
    name: str | None = translated(DepartmentRow.name_en, DepartmentRow.name_zh, "Its name in the caller's language.")
    members: StaffConnection | None = many(StaffRow.department_id, "Who works there.")


@strawberry.type(description="A member of staff.")
class Staff(Node):
    id: strawberry.ID = key(StaffRow.id, code="s", requires=["staff.read"])
    name: str = column(StaffRow.name, "The name.", filter="operators", order=True)
    active: bool = column(StaffRow.active, "Whether they still work here.", filter="value")
    department: Department | None = one(StaffRow.department_id, "Where they work.")
    role: StaffRole = one(StaffRow.role_id, "What they may do.")
    manager: Annotated["Staff", strawberry.lazy("schema.staff.types")] | None = one(StaffRow.manager_id, "Whom they report to.")


@strawberry.type(description="A program's right to call. The token itself is shown once, when it is made.")
class ApiToken(Node):
    id: strawberry.ID = key(ApiTokenRow.id, code="at", requires=["settings.write"])
    name: str = column(ApiTokenRow.name, "What it was named when it was made.")
    prefix: str = column(ApiTokenRow.prefix, "Its public beginning, by which it can be told from others.")
    created_at: datetime.datetime = column(ApiTokenRow.created_at, "When it was made.")
    expires_at: datetime.datetime | None = column(ApiTokenRow.expires_at, "When it ends to be valid; null: never.")
    last_used_at: datetime.datetime | None = column(ApiTokenRow.last_used_at, "When it was last used, to the minute.")


@strawberry.type(description="Who asks.")
class Viewer:
    staff_id: strawberry.Private[int | None]
    token_id: strawberry.Private[int | None]
    staff: Staff | None = referred("staff_id", "The member of staff; null for a program that acts for nobody.", own=True)
    token: ApiToken | None = referred("token_id", "The token that was used; null for a browser session.", own=True)
    permissions: list[str] = strawberry.field(description="What they may do.")
    language: str = strawberry.field(description="The language of labels and messages: en or zh.")
