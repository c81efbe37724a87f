"""A simulated data node of Vega."""
