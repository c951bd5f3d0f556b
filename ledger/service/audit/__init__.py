"""The audit of a whole log: every row, tile, checkpoint and anchor that a home holds, against a trust root."""
