"""Tests of the package; as one themselves they have it on the path."""
