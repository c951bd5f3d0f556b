"""The adapters: each port on one foreign library, and its twin in memory."""
