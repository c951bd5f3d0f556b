"""The cases of tests/vectors/receipts.json: receipts, trust roots and breach files with what they come to."""
