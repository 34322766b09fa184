"""Draws a conclusion by the act of the registry that belongs to it."""

from collections.abc import Callable, Mapping

from region.desk.conclusions import Conclusion
from region.registry.changing import Actor, Key
from region.registry.reviewing import Review, Said
from region.registry.status import Act

_Draw = Callable[[Review, Key, Actor, int, Said], None]

_ACTS: Mapping[Conclusion, _Draw] = {
    Conclusion.PASS_AT_VENUE: lambda review, key, actor, revision, _said: review.pass_at_venue(key, actor, revision),
    Conclusion.APPROVE: lambda review, key, actor, revision, _said: review.approve(key, actor, revision),
    Conclusion.SEND_BACK: Review.send_back,
    Conclusion.PROPOSE_REFUSAL: Review.propose_refusal,
    Conclusion.REFUSE: Review.refuse,
    Conclusion.DISMISS: Review.dismiss_refusal,
    Conclusion.RECONSIDER: lambda review, key, actor, revision, said: review.decide(
        key, Act.RECONSIDER, actor, revision, said
    ),
    Conclusion.WITHDRAW_APPROVAL: lambda review, key, actor, revision, said: review.decide(
        key, Act.WITHDRAW_APPROVAL, actor, revision, said
    ),
}


def conclude(review: Review, conclusion: Conclusion, key: Key, actor: Actor, revision: int, said: Said) -> None:
    """Draw it; raises as the acts of `Review`."""
    _ACTS[conclusion](review, key, actor, revision, said)
