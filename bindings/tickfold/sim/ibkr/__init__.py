"""Interactive Brokers' simulated gateways."""
