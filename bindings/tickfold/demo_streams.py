"""The demo's streams, under the name that scripts import. They live in tickfold.cli.demo_streams."""

from tickfold.cli.demo_streams import STREAMS

__all__ = ["STREAMS"]
