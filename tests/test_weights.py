"""Drawn values, against their published recipe and against He et al.'s Gaussian; and constant ones."""

import hashlib
import math
import re
from pathlib import Path
from statistics import NormalDist
from typing import Any

import numpy as np

import archspec
from archspec.op import Weight
from archspec.weights import CHUNK, full, starts
from archspec.weights.constant import Zeros
from archspec.weights.gaussian import Seeded

MASK = 2**64 - 1


def sfc64(seed: int, count: int) -> list[int]:
    """Chris Doty-Humphrey's small fast counting generator, in plain integers."""
    a, b, c = (int(word) for word in np.random.SeedSequence(seed).generate_state(3, np.uint64))
    counter, out = 1, []
    for turn in range(12 + count):
        word = (a + b + counter) & MASK
        counter = (counter + 1) & MASK
        a, b = b ^ (b >> 11), (c + (c << 3)) & MASK
        c = ((c << 24 | c >> 40) + word) & MASK
        out += [word] if turn >= 12 else []
    return out


def by_hand(seed: int, name: str, chunk: int, count: int, fan_in: int) -> list[float]:
    """The published recipe, value by value."""
    digest = hashlib.sha256(f"{seed}/{name}/{chunk}".encode()).digest()[:16]
    words = sfc64(int.from_bytes(digest, "little"), count // 4 + 1)
    numbers = [word >> shift & 0xFFFF for word in words for shift in (0, 16, 32, 48)][:count]
    every = [NormalDist().inv_cdf((n + 0.5) / 65536) for n in range(65536)]
    spread = math.sqrt(math.fsum(q * q for q in every) / 65536)
    scale = np.float32(math.sqrt(2 / fan_in))
    return [float(np.float32(every[n] / spread) * scale) for n in numbers]


def test_values_follow_the_published_recipe() -> None:
    weight = Weight((2, CHUNK // 2 + 13), fan_in=576)
    values = full(Seeded(7), "conv3_2.weight", weight).ravel()
    assert values[:1001].tolist() == by_hand(7, "conv3_2.weight", 0, 1001, 576)
    crossing = slice(65_530, 65_545)  # numbers are looked up in blocks of 65,536
    assert values[crossing].tolist() == by_hand(7, "conv3_2.weight", 0, 65_545, 576)[crossing]
    assert values[CHUNK:].tolist() == by_hand(7, "conv3_2.weight", 1, 26, 576)


def test_the_manuals_recipe_gives_a_whole_tensor() -> None:
    """Run as the manual has it, it is the first layer of VGG-E."""
    page = (Path(__file__).parents[1] / "docs" / "weights.md").read_text().partition("## Weights that are drawn")[2]
    (program,) = re.findall(r"^```python\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    found: dict[str, Any] = {}
    exec(program, found)
    tensors = {name: weight for name, _, weight in archspec.load("vgg_e").graph.tensors()}
    values = full(Seeded(found["seed"]), found["name"], tensors[found["name"]])
    assert np.array_equal(found["values"], values.ravel())


def test_values_are_he_et_als_gaussian() -> None:
    """Each moment within five standard errors of the Gaussian's, each decile too."""
    count, fan_in = 4 * CHUNK, 4608
    values = full(Seeded(1), "w", Weight((count,), fan_in=fan_in)).astype(np.float64)
    z = values / math.sqrt(2 / fan_in)
    assert abs(z.mean()) < 5 / math.sqrt(count)
    assert abs(z.var() - 1) < 5 * math.sqrt(2 / count)
    assert abs((z**3).mean()) < 5 * math.sqrt(15 / count)
    assert abs((z**4).mean() - 3) < 5 * math.sqrt(96 / count)
    for p in np.arange(1, 10) / 10:
        below = (z < NormalDist().inv_cdf(p)).mean()
        assert abs(below - p) < 5 * math.sqrt(p * (1 - p) / count)


def test_neighbours_and_chunks_are_independent() -> None:
    values = full(Seeded(0), "w", Weight((2 * CHUNK,), fan_in=2)).astype(np.float64)
    pairs = {"next": (values[:-1], values[1:]), "chunk": (values[:CHUNK], values[CHUNK:])}
    for a, b in pairs.values():
        assert abs((a * b).mean()) < 5 / math.sqrt(a.size)


def test_values_depend_on_seed_and_name_alone() -> None:
    weight = Weight((64, 64), fan_in=64)
    source = Seeded(3)
    forward = {name: full(source, name, weight) for name in ("a.weight", "b.weight")}
    backward = {name: full(Seeded(3), name, weight) for name in ("b.weight", "a.weight")}
    for name, values in forward.items():
        assert np.array_equal(values, backward[name])
    assert not np.array_equal(forward["a.weight"], forward["b.weight"])
    assert not np.array_equal(forward["a.weight"], full(Seeded(4), "a.weight", weight))
    assert np.array_equal(full(source, "a.weight", Weight((4096,), fan_in=64)), forward["a.weight"].ravel())


def test_constants_stay_constant() -> None:
    bias, variance = Weight((5,), fill=0.25), Weight((5,), fill=1.0, buffer=True)
    assert full(Seeded(0), "w", bias).tolist() == [0.25] * 5
    assert full(Zeros(), "w", bias).tolist() == [0.0] * 5
    assert full(Zeros(), "w", variance).tolist() == [1.0] * 5
    assert full(Zeros(), "w", Weight((2, 3), fan_in=3)).shape == (2, 3)


def test_chunks_may_be_asked_for_in_any_order() -> None:
    weight = Weight((3 * CHUNK + 5,), fan_in=9)
    assert [*starts(weight)] == [0, CHUNK, 2 * CHUNK, 3 * CHUNK]
    whole, found = full(Seeded(0), "w", weight), np.empty(weight.shape, np.float32)
    for start in reversed(starts(weight)):
        Seeded(0).fill("w", weight, start, found[start : start + CHUNK])
    assert np.array_equal(found, whole)
