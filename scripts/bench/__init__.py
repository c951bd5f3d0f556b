"""Benchmarks: each figure stands beside a bound of the same run, lest a slow machine look like slow code."""
