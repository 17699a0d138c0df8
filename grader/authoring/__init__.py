"""From a lesson's py:percent source to the instructor's and the student's notebook."""
