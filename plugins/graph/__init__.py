"""Who matters to whom: centrality, communities and paths in the map of relationships."""
