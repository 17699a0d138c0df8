"""Checks the checks: wrong answers that must lose points, honest variants that must keep them all.

The answers are made by editing the *call list* in which the engine carries an answer out of a student's process
(`grader.engine.transport`): layers by class and settings, the calls made of them, models cut from the result. So whatever
can be carried can be varied, in any lesson, and an exercise needs nothing of its own for it.

    lesson     the exercises of a lesson, and the answers kept beside it
    draft      a call list that can be edited
    settings, wiring, sharing, compiling, values      wrong answers, by kind
    honest     variants that must earn the same
    judging    one answer, judged by the exercise's own cells
    trying     which answers are tried, and what became of each
    many       all exercises of several lessons, a few at a time
    results    the table, and the same as data; the page is `grader.reports.verified`
    calibration    seed sweeps of the checks that train
"""
