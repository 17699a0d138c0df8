"""How often a training check refuses an honest answer, and how often it sees a broken one; `python -m tests.calibration`.

**What is random.** A check's data are fixed, as they are in a lesson; what is drawn is the weights a training starts from and
the batches. So the unit is a *case*, a model with its data: an honest model as the lessons ask for it (`models.honest`), or
an exercise with its reference and right answers (`lessons`). A bound holds for its case; data of other kinds are other cases,
and a marginal design, one that reaches its goal only half of the time, is not what is meant by honest.

In a check the seed is fixed too, so one model always gets one verdict; the chance is that of meeting a model that gets the wrong one.

**`learns`** refuses when all tries at learning a batch by heart fail, when the loss falls from none of its starts, or when a
layer without gradients stays so for five draws. By construction two tries have nothing in common but model and data: each
draws its own weights and its own batch. So, given the case, they are independent, and

    P(refused) ≤ p(1)·p(2)·p(3)·p(4) + p(falls)^4 + p(gradient)^5,

with p(i) the chance that try i fails *when it is made*, measured apart from whether the tries before it failed. Each p is
replaced by its upper limit; the six of a case hold together with 95 % (each with 1 − 5 %/6, by Bonferroni):

- Where a draw failed, the limit is the upper end of the exact (Clopper–Pearson) interval. Nothing is assumed.
- Where none did, the logarithm of what it needed (steps of the try) or reached (relative fall in the first round, weakest
  layer's gradient) is taken as normal, and the limit is that of its tail beyond the border, with mean *and* spread unknown
  (noncentral t). Typically the border is 10 to 60 spreads away. But no fit is trusted beyond 1 in 100: every single draw is
  taken to fail at least that often. So the argument needs a fit to be right about a chance of 1 in 100, not 1 in 10,000;
  the rest is done by independence.

Where weights can't be drawn anew (an initializer with a fixed seed, a model that Keras can't clone), only the batch is, and
the bound is not claimed.

**Accuracies** (the capstone; `expect.accuracy`) are fitted: on the logit scale they are taken as normal over starts, and the
chance to fall below the threshold is the upper 95 % limit that the noncentral t distribution gives for such a tail (mean
*and* spread are unknown). Starts with seeds of their own are independent given the model: p(same or result)³, and
no start is trusted beyond 1 in 100 either; for a single training, as `expect.accuracy` sees it, the fit stands alone. Skewness
and the smallest value in spreads stand beside it, so that one sees whether the fit may be trusted.

**Power** is counted: each broken kind is judged with several seeds, and the lower end of the 95 % interval is kept. What
`learns` can't see by its nature (shuffled labels *can* be learnt by heart) is listed with the word that does.

The results lie in `calibration.json` beside this file.
"""
