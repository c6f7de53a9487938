"""The public face of Guanxi: what a plugin may import, and nothing else. Light: no server, no NumPy, no schema is built."""

from plugins.hookspecs import API_VERSION, hook
from schema.analyses.contract import (
    Analysis,
    Chart,
    Estimate,
    Graph,
    InsufficientData,
    InvalidParameters,
    Metric,
    Progress,
    Result,
    Snapshot,
)
from schema.analyses.money_scores import MoneyScore, money_score
from schema.analyses.parameters import read_input
from schema.analyses.particulars import ImageFormat, RunMetric
from schema.analyses.scores import Score, given_or_published, own_score, published, run_argument, score
from schema.analyses.starting import RunStart
from schema.analyses.types import AnalysisRun, from_summary
from schema.commerce.types import Product, Transaction
from schema.customers.behaviour import TimeWindowInput
from schema.customers.types import Customer, CustomerConnection
from schema.errors import UserError
from schema.extending.contribution import Mutation, Query
from schema.extending.neighbours import Neighbour
from schema.extending.problem import Problem
from schema.extending.tables import PluginRow, Storage, customer_key, product_key, run_key
from schema.features.contract import Feature, FeatureColumn, FeatureKind, FromRun, Period
from schema.ids import OpaqueId
from schema.ids import number as id_number
from schema.inquiries.asking import file_address, inquire
from schema.inquiries.contract import Desk, Inquiry
from schema.marketing.types import Segment
from schema.marketing.writing import fill_segment
from schema.money import Money
from schema.mutating import no_errors
from schema.querying.answering import raw
from schema.querying.attaching import joined
from schema.querying.connection import Connection, Node
from schema.querying.databases import members
from schema.querying.declare import (
    Narrowing,
    One,
    argument,
    column,
    computed,
    derived,
    embedded,
    key,
    lookup,
    many,
    money,
    one,
    referred,
    translated,
)
from schema.querying.entities import Filter, Order
from schema.querying.inputs import IdFilter, IntFilter, SortDirection, StringFilter, operator_input
from schema.querying.reading import question
from schema.querying.records import Record
from schema.querying.selecting import selection
from schema.relationships.models import EdgeDirection, RelationshipSign
from schema.relationships.types import Relationship
from schema.surveys.types import Survey, SurveyQuestion
from server.worker.fan_out import fan_out

__all__ = [
    "API_VERSION",
    "Analysis",
    "AnalysisRun",
    "Chart",
    "Connection",
    "Customer",
    "CustomerConnection",
    "Desk",
    "EdgeDirection",
    "Estimate",
    "Feature",
    "FeatureColumn",
    "FeatureKind",
    "Filter",
    "FromRun",
    "Graph",
    "IdFilter",
    "ImageFormat",
    "Inquiry",
    "InsufficientData",
    "IntFilter",
    "InvalidParameters",
    "Metric",
    "Money",
    "MoneyScore",
    "Mutation",
    "Narrowing",
    "Neighbour",
    "Node",
    "One",
    "OpaqueId",
    "Order",
    "Period",
    "PluginRow",
    "Problem",
    "Product",
    "Progress",
    "Query",
    "Record",
    "Relationship",
    "RelationshipSign",
    "Result",
    "RunMetric",
    "RunStart",
    "Score",
    "Segment",
    "Snapshot",
    "SortDirection",
    "Storage",
    "StringFilter",
    "Survey",
    "SurveyQuestion",
    "TimeWindowInput",
    "Transaction",
    "UserError",
    "argument",
    "column",
    "computed",
    "customer_key",
    "derived",
    "embedded",
    "fan_out",
    "file_address",
    "fill_segment",
    "from_summary",
    "given_or_published",
    "hook",
    "id_number",
    "inquire",
    "joined",
    "key",
    "lookup",
    "many",
    "members",
    "money",
    "money_score",
    "no_errors",
    "one",
    "operator_input",
    "own_score",
    "product_key",
    "published",
    "question",
    "raw",
    "read_input",
    "referred",
    "run_argument",
    "run_key",
    "score",
    "selection",
    "translated",
]
