"""The plugin on a whole server, and where it stands on the scale."""

from guanxi.testing import Level, Server, check_plugin

QUERY = """{ customers(first: 20, where: {returnProbability: {gte: 0}}, orderBy: [{returnProbability: {direction: DESC}}]) {
  nodes { name returnProbability { value rank } } } }"""


async def test_probabilities_filter_and_sort(server: Server) -> None:
    run = await server.run("returning", horizon=60)
    assert (run.status, run.error, run.charts) == ("SUCCEEDED", None, ["probabilities"])
    nodes = (await server.query(QUERY))["customers"]["nodes"]
    assert len(nodes) == run.summary["censored"]
    values = [node["returnProbability"]["value"] for node in nodes]
    assert values == sorted(values, reverse=True)
    assert all(0 <= value <= 1 for value in values)
    assert run.metrics[0]["name"] == "brier"


async def test_further_ahead_is_likelier(server: Server) -> None:
    near, far = [(await server.run("returning", horizon=days)) for days in (10, 200)]
    values = {}
    for run in (near, far):
        asked = f'{{ customers(first: 20) {{ nodes {{ name returnProbability(runId: "{run.id}") {{ value }} }} }} }}'
        nodes = (await server.query(asked))["customers"]["nodes"]
        values[run.id] = {node["name"]: node["returnProbability"]["value"] for node in nodes if node["returnProbability"]}
    assert all(values[far.id][name] >= value for name, value in values[near.id].items())


async def test_bounds(server: Server) -> None:
    for horizon in (0, 731):
        started = await server.start("returning", {"horizon": horizon})
        assert [(one["code"], one["path"]) for one in started["userErrors"]] == [("INVALID", ["input", "horizon"])]


def test_scale() -> None:
    scale = check_plugin("returning")
    assert scale.reached is Level.GOOD, str(scale)
