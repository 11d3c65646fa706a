"""How many slips lie between two words (Damerau-Levenshtein, optimal string alignment)."""


def slips(heard: str, word: str, limit: int) -> int:
    """Letters missed, added, changed or swapped with a neighbour; `limit + 1` where it is more."""
    if heard == word:
        return 0
    if abs(len(heard) - len(word)) > limit:
        return limit + 1
    before: list[int] = []
    above = list(range(len(word) + 1))
    for row, letter in enumerate(heard, 1):
        here = [row]
        for column, other in enumerate(word, 1):
            best = min(
                above[column] + 1, here[column - 1] + 1, above[column - 1] + (letter != other)
            )
            if row > 1 and column > 1 and letter == word[column - 2] and heard[row - 2] == other:
                best = min(best, before[column - 2] + 1)
            here.append(best)
        if min(here) > limit:
            return limit + 1
        before, above = above, here
    return min(above[-1], limit + 1)


def allowed(heard: str, word: str) -> int:
    """How many slips still let `heard` stand for `word`: none in short words, two in long ones."""
    shorter = min(len(heard), len(word))
    if shorter < 4:
        return 0
    return 2 if shorter >= 7 else 1
