"""Ways through the network: how two customers are connected."""
