"""The only place that knows services and adapters together: home, chain, background work, the whole service."""
