"""A grader that judges the models students build: exactly, explainably, and out of their reach."""
