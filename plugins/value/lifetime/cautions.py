"""What whoever reads a run of lifetime values should know: where the models say little, or guess badly."""

from guanxi import Progress
from plugins.value.lifetime.histories import Histories
from plugins.value.lifetime.holdout import Holdout, mean_error
from plugins.value.lifetime.modelling import Model, correlation, paying
from plugins.value.lifetime.start import LifetimeValueRunStartInput, PurchaseModel

CORRELATED = 0.2  # beyond, the models' assumption is in doubt
FEW_LEAVE = 0.01  # after a purchase, on average
FAR_AHEAD = 2  # a horizon of so many times what is known


def caution(start: LifetimeValueRunStartInput, found: Histories, model: Model, progress: Progress) -> None:
    once = int((~found.came_back).sum())
    if once and start.purchase_model is PurchaseModel.BG_NBD:
        progress.warn(f"{once:,} of {len(found.customer):,} customers bought on one day only. BG/NBD takes all of them to be still there, "
                      "so their churn risk is 0 and says nothing; MBG_NBD does not.")
    leaving = model.purchases.a / (model.purchases.a + model.purchases.b)
    if leaving < FEW_LEAVE:
        progress.warn(f"By the model {leaving:.2%} of customers leave after a purchase: the data shows hardly a sign of it, so nearly "
                      "all churn risks are close to 0. That may be because it spans too short a time.")
    unpaid = int((found.came_back & ~paying(found)).sum())
    if unpaid:
        progress.warn(f"{unpaid:,} customers came back and paid nothing on balance: they are not part of the gamma-gamma model.")
    related = correlation(found)
    if related is not None and abs(related) > CORRELATED:
        progress.warn(f"How often customers come back and what they pay are correlated ({related:.2f}): the models take them to have "
                      "nothing to do with each other, and values of frequent customers are off by that.")
    if not model.determined:
        progress.warn("The data does not determine all parameters of the models, so there are no errors and intervals of them. Often that "
                      "means that hardly anybody leaves, or that all pay the same.")
    known = 7 * float(found.age.max())
    if start.horizon_days > FAR_AHEAD * known:
        progress.warn(f"The horizon of {start.horizon_days:,} days is long beside the {known:,.0f} days that are known.")


def caution_of_guesses(test: Holdout, progress: Progress) -> None:
    model, naive = (mean_error(guess.purchases, test.actual.purchases) for guess in (test.model, test.naive))
    if model >= naive:
        progress.warn(f"In the last {test.days:,} days the models guessed purchases no better than taking everybody to go on as before: "
                      f"they were off by {model:.3f} a customer on average, the plain guess by {naive:.3f}.")
