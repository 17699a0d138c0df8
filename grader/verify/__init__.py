"""Checks the checks: wrong answers that must lose points, honest variants that must keep them all.

The answers are made by editing the *call list* in which the engine carries an answer out of a student's process
(`grader.carry`): layers by class and settings, the calls made of them, models cut from the result. So whatever
can be carried can be varied, in any lesson, and an exercise needs nothing of its own for it.

    exercises  the exercises of a lesson, and the answers kept beside it
    operators  wrong answers by kind, variants that must earn the same, and the call list that they edit (`draft`)
    trial      one answer, judged by the exercise's own cells
    campaign   which answers are tried, and what became of each
    parallel   all exercises of several lessons, a few at a time
    results    the table, and the same as data; the page is `grader.verify.page`
    claims     the lessons' own sentences, under several seeds
"""
