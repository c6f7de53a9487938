"""At least one row in every table of the core."""

import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from schema.analyses import models as analyses
from schema.changes.change import Change, change
from schema.commerce import models as commerce
from schema.context import SYSTEM
from schema.customers import models as customers
from schema.jobs import models as jobs
from schema.marketing import models as marketing
from schema.relationships import models as relationships
from schema.rows import utc_now
from schema.staff import models as staff
from schema.surveys import models as surveys
from server.database import Database


def populate(database: Database) -> None:
    change(database.engine, SYSTEM, "populate", _fill, key="populate")


def _fill(work: Change) -> dict[str, Any]:
    session = work.session
    person, other = _customer("王伟"), _customer("Anna")
    product = commerce.ProductRow(sku="T1", name="Tea", price_amount=Decimal("2.5"), price_currency="GBP")
    job = jobs.JobRow(kind=jobs.JobKind.IMPORT, status=jobs.JobStatus.SUCCEEDED, target=jobs.ImportTarget.CUSTOMERS)
    run = jobs.JobRow(kind="graphMetrics", status=jobs.JobStatus.SUCCEEDED, plugin="graph")
    session.add_all([person, other, product, job, run, *_staff(session)])
    session.flush()
    session.add(analyses.PublishedRunRow(kind=run.kind, slot="pageRank", run_id=run.id))
    session.add_all([*_commerce(person.id, product.id), jobs.RowErrorRow(job_id=job.id, row=2, code="INVALID", message="no such date")])
    session.add(_tie(session, person.id, other.id))
    segment = marketing.SegmentRow(name="VIP", kind=marketing.SegmentKind.COMPUTED, run_id=run.id, computed_at=utc_now())
    session.add(segment)
    session.flush()
    session.add(marketing.SegmentMemberRow(segment_id=segment.id, customer_id=person.id))
    _survey(session, person.id)
    return {}


def _survey(session: Session, customer_id: int) -> None:
    survey = surveys.SurveyRow(key="service", title_en="Service", questions=[surveys.SurveyQuestionRow(
        key="overall", position=1, kind=surveys.QuestionKind.SCALE, text_en="All in all?", scale_min=1, scale_max=2,
        labels_en=["bad", "good"])])
    session.add(survey)
    session.flush()
    response = surveys.SurveyResponseRow(survey_id=survey.id, customer_id=customer_id, source="api", external_id="1")
    session.add(response)
    session.flush()
    session.add(surveys.SurveyAnswerRow(response_id=response.id, question_id=survey.questions[0].id, value=2))


def _staff(session: Session) -> list[Any]:
    administrator = session.scalars(select(staff.StaffRow)).one()
    return [
        staff.DepartmentRow(key="sales", name_en="Sales", name_zh="销售"),
        staff.ApiTokenRow(name="crm", prefix="gx_1", hash=b"h" * 32, role_id=administrator.role_id, staff_id=administrator.id),
        staff.SignInRow(staff_id=administrator.id, link_hash=b"l" * 32, link_expires_at=utc_now()),
        staff.FailedSignInRow(address_hash=b"a" * 32, since=utc_now(), count=1),
    ]


def _customer(name: str) -> customers.CustomerRow:
    return customers.CustomerRow(
        kind=customers.CustomerKind.PERSON, name=name, search_name=name,
        income_amount=Decimal("12.3456"), income_currency="CNY", birth_date=datetime.date(1990, 2, 28),
        contact_points=[customers.ContactPointRow(channel=customers.Channel.PHONE, value="+86 10", normal_value="8610")],
        addresses=[customers.AddressRow(city="北京")], external_ids=[customers.ExternalIdRow(source="shop", value=name)],
        tags=[customers.TagRow(name="vip")], grams=[customers.NameGramRow(gram=name[0])],
    )


def _commerce(customer_id: int, product_id: int) -> list[Any]:
    given: dict[str, Any] = {"customer_id": customer_id, "source": "shop", "external_id": "1"}
    two = commerce.TransactionLineRow(position=1, product_id=product_id, quantity=Decimal(2), price_amount=Decimal(3), amount=Decimal(6))
    return [
        commerce.TransactionRow(kind=commerce.TransactionKind.PURCHASE, occurred_at=utc_now(), total_amount=Decimal(6),
                                total_currency="GBP", lines=[two], **given),
        commerce.BrowseEventRow(started_at=utc_now(), **given),
        commerce.ReviewRow(score=5, **given),
        customers.ConsentRow(customer_id=customer_id, purpose="marketing", granted=False),
    ]


def _tie(session: Session, from_id: int, to_id: int) -> relationships.RelationshipRow:
    kind = session.scalars(select(relationships.RelationshipKindRow).where(relationships.RelationshipKindRow.key == "trust")).one()
    ends = [relationships.RelationshipEndRow(customer_id=customer_id, other_id=other_id, direction=direction)
            for customer_id, _, other_id, direction in relationships.ends_of(0, from_id, to_id, directed=True)]
    return relationships.RelationshipRow(from_id=from_id, to_id=to_id, kind_id=kind.id, directed=True, sign=kind.default_sign, weight=1.0,
                                         origin=relationships.ProvenanceOrigin.MANUAL, ends=ends)
