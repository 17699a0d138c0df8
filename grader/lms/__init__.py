"""Where submissions come from and grades go: the zips and sheets of Moodle, Canvas and Gradescope. Runs and judges nothing itself."""
