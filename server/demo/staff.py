"""The staff of the demo: nobody real. Their keys begin with demo-, so that they can be told from yours."""

from typing import Any

from sqlalchemy import select

from schema.changes.change import Change
from schema.staff.models import DepartmentRow, RoleRow, StaffRow

# key, name in English and in Chinese
DEPARTMENTS = (
    ("demo-sales-zh", "Sales in Chinese (demo)", "中文销售部（演示）"),
    ("demo-sales-en", "Sales in English (demo)", "英文销售部（演示）"),
    ("demo-care", "Customer care (demo)", "客户服务部（演示）"),
)
# key, name, department, role, manager: who manages comes before whom they manage
STAFF = (
    ("demo-zhao-min", "赵敏", "demo-care", "agent", None),
    ("demo-chen-jing", "陈静", "demo-sales-zh", "agent", "demo-zhao-min"),
    ("demo-li-qiang", "李强", "demo-sales-zh", "agent", "demo-chen-jing"),
    ("demo-emma-clarke", "Emma Clarke", "demo-sales-en", "agent", "demo-zhao-min"),
    ("demo-oliver-reed", "Oliver Reed", "demo-sales-en", "agent", "demo-emma-clarke"),
    ("demo-grace-holt", "Grace Holt", "demo-care", "privacy", "demo-zhao-min"),
)


def add_staff(work: Change) -> dict[str, Any]:
    """The ids of the staff by key."""
    session = work.session
    roles = {role.key: role.id for role in session.scalars(select(RoleRow))}
    departments = {key: DepartmentRow(key=key, name_en=english, name_zh=chinese) for key, english, chinese in DEPARTMENTS}
    session.add_all(departments.values())
    session.flush()
    ids: dict[str, Any] = {}
    for key, name, department, role, manager in STAFF:
        row = StaffRow(key=key, name=name, department_id=departments[department].id, role_id=roles[role],
                       manager_id=None if manager is None else ids[manager])
        session.add(row)
        session.flush()
        ids[key] = row.id
    return ids
