"""The venues: one frozen description and one dialogue a stream."""
