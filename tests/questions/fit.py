"""Fit the weights of ``kosrel.ranking`` and ``kosrel.verdict`` on the develop sets.

Run:  pip install scipy && python tests/questions/fit.py [--write]

Printed: the weights, and how well each set is foretold with weights fitted on the others (right record first and among
three; then answered rightly first, among three, and unanswerable ones declined). ``--write`` puts the weights into the
modules. Sets called held-out are not read: only their figures are looked at, with ``score.py``.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize

from kosrel import FactBase, ranking, verdict
from kosrel.question import Question

HERE = Path(__file__).parent
# How much large weights cost, in ranking and in the verdict.
RANKING_COST, VERDICT_COST = 0.25, 1.0
# What an example counts for: a wrong record where there is a right one, and a fact without known questions.
WRONG, UNASKED = 0.3, 0.2


def read_sets() -> list[tuple[str, dict[str, Any]]]:
    """Every question of the develop sets, with the name of its set."""
    return [
        (file.stem, json.loads(line))
        for file in sorted(HERE.glob("develop*.jsonl"))
        for line in file.read_text(encoding="utf-8").splitlines()
    ]


def least(loss: Callable[..., tuple[float, np.ndarray]], count: int, *data: Any) -> np.ndarray:
    """The weights for which a loss is least."""
    found = minimize(loss, np.zeros(count), args=data, jac=True, method="L-BFGS-B", options={"maxiter": 500})
    return np.asarray(found.x)


def lose_rank(
    weights: np.ndarray, examples: Sequence[tuple[np.ndarray, np.ndarray]]
) -> tuple[float, np.ndarray]:
    """How unlikely the right records are among the candidates (a softmax), and which way that goes."""
    total, slope = RANKING_COST * float(weights @ weights), 2 * RANKING_COST * weights
    for traits, right in examples:
        score = traits @ weights
        likely = np.exp(score - score.max())
        wanted = np.where(right, likely, 0.0)
        total -= float(np.log(wanted.sum() / likely.sum()))
        slope = slope - traits.T @ (wanted / wanted.sum() - likely / likely.sum())
    return total, slope


def lose_verdict(
    weights: np.ndarray, signs: np.ndarray, right: np.ndarray, worth: np.ndarray
) -> tuple[float, np.ndarray]:
    """How unlikely the outcomes are (a logistic regression; the first weight is the constant)."""
    strength = signs @ weights
    likely = 1 / (1 + np.exp(-strength))
    cost = VERDICT_COST * np.concatenate([[0.0], weights[1:]])
    total = float((worth * (np.logaddexp(0, strength) - right * strength)).sum() + cost @ weights)
    return total, signs.T @ (worth * (likely - right)) + 2 * cost


def fit_ranking(base: FactBase, sets: Sequence[tuple[str, dict[str, Any]]]) -> dict[str, float]:
    """The weights of the traits."""
    names = list(ranking.WEIGHTS)
    examples: list[tuple[str, np.ndarray, np.ndarray]] = []
    for name, item in sets:
        found = ranking.rank(base.index, Question(base.index, item["question"])) if item["records"] else []
        right = np.array([each.row.id in item["records"] for each in found])
        if right.any():
            traits = np.array([[each.traits.get(trait, 0.0) for trait in names] for each in found])
            examples.append((name, traits, right))
    for left in sorted({name for name, _ in sets}):
        weights = least(lose_rank, len(names), [each[1:] for each in examples if each[0] != left])
        told = [
            right[np.argsort(-traits @ weights, kind="stable")]
            for name, traits, right in examples
            if name == left
        ]
        count = sum(bool(item["records"]) for name, item in sets if name == left)
        first, three = sum(right[0] for right in told), sum(right[:3].any() for right in told)
        print(f"{left}: ranked first {first / count:.0%}, among three {three / count:.0%}")
    weights = least(lose_rank, len(names), [each[1:] for each in examples])
    return {name: round(float(weight), 2) for name, weight in zip(names, weights, strict=True)}


def read_signs(
    base: FactBase, sets: Sequence[tuple[str, dict[str, Any]]]
) -> list[tuple[str, bool, list[bool], Any]]:
    """For every question its set, whether it has an answer, which of the first three are right, and the signs."""
    rows = []
    for name, item in sets:
        question = Question(base.index, item["question"])
        found = ranking.rank(base.index, question)[:3]
        right = [each.row.id in item["records"] for each in found]
        if found and found[0].score >= verdict._NEAR_SCORE:
            rows.append((name, bool(item["records"]), right, verdict.measure(base.index, question, found)))
    return rows


def fit_verdict(base: FactBase, sets: Sequence[tuple[str, dict[str, Any]]]) -> dict[str, float]:
    """The weights of the signs; also from a base whose facts carry no questions, so that it is judged well too."""
    rows = read_signs(base, sets)
    count = len(rows)
    base.index.questions = lambda number: []  # type: ignore[method-assign]
    base.index.asked = lambda expression: set()  # type: ignore[method-assign]
    rows += read_signs(base, sets)
    names = [name for name in rows[0][3] if name != "constant"]
    signs = np.array([[row[3][name] for name in names] for row in rows])
    middle, spread = signs.mean(0), signs.std(0) + 1e-9
    level = np.column_stack([np.ones(len(rows)), (signs - middle) / spread])
    right = np.array([float(row[2][0]) for row in rows])
    can = np.array([row[1] for row in rows])
    worth = np.where(can & (right == 0), WRONG, 1.0) * np.where(np.arange(len(rows)) < count, 1.0, UNASKED)
    where = np.array([row[0] for row in rows])
    for left in sorted(set(where)):
        others, own = where != left, (where == left) & (np.arange(len(rows)) < count)
        weights = least(lose_verdict, level.shape[1], level[others], right[others], worth[others])
        told = 1 / (1 + np.exp(-level @ weights)) >= verdict.LEAST
        three = np.array([any(row[2]) for row in rows])
        shares = [(told & own & can & (right > 0)).sum(), (told & own & can & three).sum()]
        answered = [share / (own & can).sum() for share in shares]
        declined = (~told & own & ~can).sum() / (own & ~can).sum()
        print(f"{left}: first {answered[0]:.0%}, among three {answered[1]:.0%}, declined {declined:.0%}")
    weights = least(lose_verdict, level.shape[1], level, right, worth)
    plain = weights[1:] / spread
    fitted = {"constant": weights[0] - float(plain @ middle), **dict(zip(names, plain, strict=True))}
    return {name: round(float(weight), 2) for name, weight in fitted.items()}


def put(module: Any, weights: dict[str, float]) -> None:
    """Write the weights into the source of a module."""
    place = Path(module.__file__)
    lines = "".join(f'    "{name}": {weight:.2f},\n' for name, weight in weights.items())
    text = re.sub(
        r"^WEIGHTS = \{\n.*?^\}\n",
        f"WEIGHTS = {{\n{lines}}}\n",
        place.read_text(encoding="utf-8"),
        flags=re.M | re.S,
    )
    place.write_text(text, encoding="utf-8")


def main(*options: str) -> int:
    """Fit, print, and with ``--write`` keep."""
    sets = read_sets()
    ranking.WEIGHTS.update(fit_ranking(FactBase.load(), sets))
    verdict.WEIGHTS.update(fit_verdict(FactBase.load(), sets))
    for module in (ranking, verdict):
        print(*(f"{name}: {weight}" for name, weight in module.WEIGHTS.items()), sep="\n")
        if "--write" in options:
            put(module, module.WEIGHTS)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
