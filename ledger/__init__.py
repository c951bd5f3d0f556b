"""Trade Ledger: trade events signed by their parties, logged, anchored and verifiable without trusting the service."""

__version__ = "0.1.0"
