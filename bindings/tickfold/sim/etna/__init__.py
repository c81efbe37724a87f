"""ETNA's simulated streamers."""
