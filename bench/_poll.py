"""A made-up survey of any size in a migrated PostgreSQL: what `bench.satisfaction` works on.

Every customer responds once to twenty questions: one from 0 to 10, seventeen from 1 to 5 of two scales, and two that make groups. One
answer in twenty is left out. The same size always gives the same answers, made by the server itself, past the product.
"""

import psycopg

from bench._network import CUSTOMERS, WITHOUT_CHECKS

STATEMENTS, GROUPS = 17, (8, 2)
SURVEY = """
INSERT INTO surveys (id, key, title_en, revision, created_at, updated_at) VALUES (1, 'bench', 'Bench', 1, now(), now());
INSERT INTO survey_questions (id, survey_id, key, position, kind, text_en, scale_min, scale_max, reverse_scored, scale)
VALUES (1, 1, 'overall', 1, 'SCALE', 'Overall?', 0, 10, false, NULL), (19, 1, 'country', 19, 'CHOICE', 'Where?', 1, 8, false, NULL),
       (20, 1, 'gender', 20, 'CHOICE', 'Which?', 1, 2, false, NULL);
INSERT INTO survey_questions (id, survey_id, key, position, kind, text_en, scale_min, scale_max, reverse_scored, scale)
SELECT i, 1, 'q' || i, i, 'SCALE', 'Statement ' || i, 1, 5, i % 5 = 0, CASE WHEN i < 11 THEN 'goods' ELSE 'service' END
FROM generate_series(2, 18) AS i;
"""
RESPONSES = """
INSERT INTO survey_responses (id, survey_id, customer_id, wave, submitted_at, source, external_id)
SELECT i, 1, i, 'w' || i %% 4, timestamptz '2025-01-01Z' + make_interval(days => (i %% 4 * 90)::int, secs => (i %% 80000)::int), 'bench',
       i::text
FROM generate_series(1, %(responses)s) AS i
"""
ANSWERS = """
INSERT INTO survey_answers (response_id, question_id, value)
SELECT i, question, CASE WHEN question = 1 THEN least(greatest(round(6 + 1.5 * mood + 2 * random()), 0), 10)
                         WHEN question = 19 THEN 1 + i %% 8 WHEN question = 20 THEN 1 + i %% 2
                         WHEN question %% 5 = 0 THEN 6 - least(greatest(round(3 + mood + random()), 1), 5)
                         ELSE least(greatest(round(2.5 + mood + random()), 1), 5) END
FROM (SELECT i, (random() + random() + random() - 1.5) * 1.6 + i %% 8 / 20.0 AS mood FROM generate_series(1, %(responses)s) AS i) AS drawn
CROSS JOIN generate_series(1, 20) AS question WHERE random() > 0.05
"""


def make_poll(url: str, responses: int) -> None:
    """Into an empty migrated database."""
    with psycopg.connect(url) as connection:
        connection.execute(WITHOUT_CHECKS)
        connection.execute("SELECT setseed(0.42)")
        connection.execute(CUSTOMERS, {"customers": responses})
        connection.execute(SURVEY)
        connection.execute(RESPONSES, {"responses": responses})
        connection.execute(ANSWERS, {"responses": responses})
        connection.execute("INSERT INTO data_versions (kind, at) VALUES ('customer', now()), ('survey', now()), ('surveyResponse', now())")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE customers, survey_responses, survey_answers")
        connection.execute("CHECKPOINT")
