"""The steps. A released one is never edited: a later one mends it."""
