"""The use cases: each takes its ports, its clock and its settings as arguments, and knows no adapter."""
