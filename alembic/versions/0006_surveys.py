"""Surveys, their questions, what customers answered, and who may see and change them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.types import TypeEngine

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

REFERENCE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")  # a row's id, or another row's
INSTANT = sa.String(32).with_variant(sa.DateTime(timezone=True), "postgresql")
# role -> what it may do from now on
GRANTS = {"reader": ["surveys.read"], "agent": ["surveys.read", "surveys.write"], "privacy": ["surveys.read"],
          "admin": ["surveys.read", "surveys.write"]}


def text(length: int | None = None) -> TypeEngine[str]:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "surveys",
        sa.Column("id", REFERENCE, nullable=False),
        sa.Column("key", text(64), nullable=False),
        sa.Column("title_en", text(200)),
        sa.Column("title_zh", text(200)),
        sa.Column("open_from", INSTANT),
        sa.Column("open_to", INSTANT),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_surveys"),
        sa.UniqueConstraint("key", name="uq_surveys_key"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "survey_questions",
        sa.Column("id", REFERENCE, nullable=False),
        sa.Column("survey_id", REFERENCE, nullable=False),
        sa.Column("key", text(64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", text(32), nullable=False),
        sa.Column("text_en", text(1000)),
        sa.Column("text_zh", text(1000)),
        sa.Column("scale_min", sa.SmallInteger(), nullable=False),
        sa.Column("scale_max", sa.SmallInteger(), nullable=False),
        sa.Column("reverse_scored", sa.Boolean(), nullable=False),
        sa.Column("scale", text(64)),
        sa.Column("labels_en", sa.JSON()),
        sa.Column("labels_zh", sa.JSON()),
        sa.ForeignKeyConstraint(["survey_id"], ["surveys.id"], name="fk_survey_questions_survey_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_survey_questions"),
        sa.UniqueConstraint("survey_id", "key", name="uq_survey_questions_survey_id_key"),
        sqlite_autoincrement=True,
    )
    create_responses()
    grant(add=True)


def create_responses() -> None:
    op.create_table(
        "survey_responses",
        sa.Column("id", REFERENCE, nullable=False),
        sa.Column("survey_id", REFERENCE, nullable=False),
        sa.Column("customer_id", REFERENCE),
        sa.Column("wave", text(64), nullable=False),
        sa.Column("submitted_at", INSTANT, nullable=False),
        sa.Column("source", text(64), nullable=False),
        sa.Column("external_id", text(200), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_survey_responses_customer_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["survey_id"], ["surveys.id"], name="fk_survey_responses_survey_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_survey_responses"),
        sa.UniqueConstraint("survey_id", "source", "external_id", name="uq_survey_responses_survey_id_source_external_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_survey_responses_survey_id_submitted_at_id", "survey_responses", ["survey_id", "submitted_at", "id"])
    op.create_index("ix_survey_responses_customer_id_submitted_at", "survey_responses", ["customer_id", "submitted_at"])
    op.create_table(
        "survey_answers",
        sa.Column("response_id", REFERENCE, nullable=False),
        sa.Column("question_id", REFERENCE, nullable=False),
        sa.Column("value", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(["question_id"], ["survey_questions.id"], name="fk_survey_answers_question_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["response_id"], ["survey_responses.id"], name="fk_survey_answers_response_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("response_id", "question_id", name="pk_survey_answers"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_survey_answers_question_id", "survey_answers", ["question_id"])


def grant(*, add: bool) -> None:
    roles, bind = sa.table("roles", sa.column("key"), sa.column("permissions", sa.JSON())), op.get_bind()
    for key, names in GRANTS.items():
        held = bind.scalar(sa.select(roles.c.permissions).where(roles.c.key == key))
        if held is not None:  # its owner may have removed the role
            others = [name for name in held if name not in names]
            bind.execute(sa.update(roles).where(roles.c.key == key).values(permissions=[*others, *names] if add else others))


def downgrade() -> None:
    grant(add=False)
    op.drop_table("survey_answers")
    op.drop_table("survey_responses")
    op.drop_table("survey_questions")
    op.drop_table("surveys")
