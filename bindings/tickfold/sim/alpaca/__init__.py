"""Alpaca's simulated streams."""
