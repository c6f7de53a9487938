"""Which record a stored row is part of: what the audit log and the data versions call it."""

from dataclasses import dataclass

from schema.analyses import models as analyses
from schema.changes import models as changes
from schema.commerce import models as commerce
from schema.customers import models as customers
from schema.jobs import models as jobs
from schema.marketing import models as marketing
from schema.relationships import models as relationships
from schema.rows import Row
from schema.staff import models as staff
from schema.surveys import models as surveys


@dataclass(frozen=True)
class Subject:
    kind: str
    id: str = "id"  # the attribute that holds the record's id
    field: str | None = None  # what a change of this row is called; None: the row's own attributes


# A row that is missing here cannot be written: see change.py. None: a row that follows from others, or is bookkeeping itself.
SUBJECTS: dict[type[Row], Subject | None] = {
    customers.CustomerRow: Subject("customer"),
    customers.ContactPointRow: Subject("customer", "customer_id", "contactPoints"),
    customers.AddressRow: Subject("customer", "customer_id", "addresses"),
    customers.ExternalIdRow: Subject("customer", "customer_id", "externalIds"),
    customers.TagRow: Subject("customer", "customer_id", "tags"),
    customers.ConsentRow: Subject("customer", "customer_id", "consents"),
    customers.NameGramRow: None,
    customers.ServiceLevelRow: Subject("serviceLevel"),
    relationships.RelationshipKindRow: Subject("relationshipKind"),
    relationships.RelationshipRow: Subject("relationship"),
    relationships.RelationshipEndRow: None,
    commerce.ProductRow: Subject("product"),
    commerce.TransactionRow: Subject("transaction"),
    commerce.TransactionLineRow: Subject("transaction", "transaction_id", "lines"),
    commerce.BrowseEventRow: Subject("browseEvent"),
    commerce.ReviewRow: Subject("review"),
    staff.DepartmentRow: Subject("department"),
    staff.RoleRow: Subject("role"),
    staff.StaffRow: Subject("staff"),
    staff.ApiTokenRow: Subject("apiToken"),
    staff.SignInRow: None,
    staff.FailedSignInRow: None,
    marketing.SegmentRow: Subject("segment"),
    marketing.SegmentMemberRow: Subject("segment", "segment_id", "members"),
    surveys.SurveyRow: Subject("survey"),
    surveys.SurveyQuestionRow: Subject("survey", "survey_id", "questions"),
    surveys.SurveyResponseRow: Subject("surveyResponse"),
    surveys.SurveyAnswerRow: Subject("surveyResponse", "response_id", "answers"),
    jobs.JobRow: Subject("job"),
    analyses.PublishedRunRow: Subject("job", "run_id", "published"),
    jobs.RowErrorRow: None,
    changes.AuditEntryRow: None,
    changes.DataVersionRow: None,
    changes.IdempotencyKeyRow: None,
}
