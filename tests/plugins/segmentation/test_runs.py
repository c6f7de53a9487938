"""Segmentations from end to end: started by GraphQL, computed by a worker, published, and seen in customers."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from schema.jobs.models import JobRow, JobStatus
from server.database import Database
from tests.conftest import opened
from tests.plugins.graph.office import PUBLISH, Office
from tests.plugins.segmentation.shop import BEHAVIOUR, opened_shop, run, started
from tests.schema.querying.asking import EVERYTHING
from tests.server.runs.house import ended

RERUN = "mutation R($id: ID!) { analysisRunRerun(input: {id: $id}) { run { id } userErrors { code } } }"
PAGE = """
query Page($first: Int!, $run: ID) {
  customers(first: $first, orderBy: [{name: ASC}]) {
    nodes { id name cluster(runId: $run) { distance run { id } cluster { id index size label rule } } }
  }
}"""
CLUSTERS = """
query Clusters($id: ID!) {
  node(id: $id) { ... on SegmentationRun {
    clusterCount memberCount noiseCount leftOutCount inertia silhouette stability target accuracy purity seed published
    kScores { k inertia silhouette strength } columns { feature missing filledWith run { id } } plane { x y variance }
    metrics { name value baseline } charts { name }
    clusters(first: 10) { nodes { id index size label rule centroid { feature value } hull { x y }
      rules { support purity conditions { feature operator value words } } members(first: 50) { nodes { name } } run { id } } }
  } }
}"""


@pytest.fixture
async def shop(database: Database, tmp_path: Path) -> AsyncIterator[Office]:
    async with opened_shop(database, tmp_path) as office:
        yield office


async def shown(shop: Office, row: JobRow) -> dict[str, Any]:
    found: dict[str, Any] = (await shop.data(CLUSTERS, {"id": f"j_{row.id}"}))["node"]
    return found


async def test_clusters_become_part_of_customers(shop: Office) -> None:
    row = await run(shop, publish=True, algorithm={"kMeans": {"kRange": [2, 6]}})
    assert (row.status, row.error_message, row.slots) == (JobStatus.SUCCEEDED, None, ["cluster"])
    found = await shown(shop, row)
    print(found)
