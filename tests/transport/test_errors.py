from app.transport import errors
from app.transport.errors import Rejected, SyncError, Unreachable


def every(kind: type[SyncError]) -> list[type[SyncError]]:
    """The class and those below it in the module; others may have refinements of their own."""
    below = [child for child in kind.__subclasses__() if child.__module__ == errors.__name__]
    return [kind, *(leaf for child in below for leaf in every(child))]


def test_every_error_is_either_unreachable_or_rejected_and_says_what_to_do() -> None:
    for kind in every(SyncError)[1:]:
        assert issubclass(kind, Unreachable) != issubclass(kind, Rejected)
        assert kind.advice.zh
        assert kind.advice.en


def test_codes_are_unique_within_the_tree() -> None:
    codes = [kind.code for kind in every(SyncError)]
    assert len(codes) == len(set(codes))


def test_the_tree_drawn_in_the_module_is_the_tree() -> None:
    drawn = {word for word in (errors.__doc__ or "").split() if word.isidentifier()}
    named = {kind.__name__ for kind in every(SyncError)}
    assert named <= drawn
