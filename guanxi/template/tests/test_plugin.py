"""The plugin on a whole server: a run, its scores in a query, what is refused, and where it stands on the scale."""

from guanxi.testing import Clock, Level, Server, check_plugin

QUERY = """
query Overdue($run: ID) {
  customers(first: 20, where: {pluginname: {runId: $run, gte: 0}}, orderBy: [{pluginname: {runId: $run, direction: DESC}}]) {
    nodes { name pluginname(runId: $run) { value rank percentile run { id } } }
  }
}"""


async def test_scores_filter_and_sort(server: Server) -> None:
    run = await server.run("pluginname", minimumPurchases=4)
    assert (run.status, run.charts) == ("SUCCEEDED", ["overdue"])
    nodes = (await server.query(QUERY))["customers"]["nodes"]
    assert [node["pluginname"]["rank"] for node in nodes] == list(range(1, run.summary["customers"] + 1))
    assert {node["pluginname"]["run"]["id"] for node in nodes} == {run.id}
    assert len(server.statements) == 1


async def test_time_makes_it_worse(server: Server, clock: Clock) -> None:
    now = await server.run("pluginname")
    clock.move(days=365)
    later = await server.run("pluginname", publish=False)
    assert later.summary["late"] > now.summary["late"]
    values = [{node["name"]: node["pluginname"]["value"] for node in (await server.query(QUERY, {"run": run.id}))["customers"]["nodes"]}
              for run in (now, later)]
    assert all(values[1][name] > value for name, value in values[0].items())


async def test_bounds(server: Server) -> None:
    started = await server.start("pluginname", {"minimumPurchases": 1})
    assert started["run"] is None
    assert [(one["code"], one["path"]) for one in started["userErrors"]] == [("INVALID", ["input", "minimumPurchases"])]


def test_scale() -> None:
    scale = check_plugin("pluginname")
    assert scale.reached is Level.GOOD, str(scale)
