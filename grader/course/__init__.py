"""Lessons, their sources and the submissions to them: reads, builds and finds files. Runs and judges nothing."""
