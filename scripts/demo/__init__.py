"""The demo: one real lane told as a story, then a dishonest operator caught five times over."""
