"""The cases of the codec's published vectors, one file of tests/vectors a module."""
