"""What a look at a money call comes to: found as done, or nothing that settles it."""

from tui.domain import Intent, IntentState, SafeText


def found_done(intent: Intent, words: str) -> Intent:
    """It was done: `words` say where that is seen."""
    return intent.with_(state=IntentState.RECONCILED, note=SafeText(words))


def checked_again(intent: Intent, words: str) -> Intent:
    """It stays as it is: `words` say what was seen."""
    return intent.with_(note=SafeText(f"checked again: {words}"))
