"""Edits of a carried answer: what makes a wrong one of it (mutants), and what only looks different."""
