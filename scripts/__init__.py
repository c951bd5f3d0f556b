"""Thin programs around the package: demo, benchmarks, generated files."""
