"""The command `grader`: one door to everything else."""
