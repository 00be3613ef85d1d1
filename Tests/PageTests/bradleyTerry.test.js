import assert from "node:assert/strict";
import { test } from "node:test";
import { bradleyTerry } from "../../Sources/CInkPage/Page/bradleyTerry.js";

const votes = (left, right, outcome, number) => Array.from({ length: number }, () => ({ left, right, outcome }));

test("no votes give no rows", () => {
  assert.deepEqual(bradleyTerry([]), []);
});

test("a model against itself says nothing", () => {
  assert.deepEqual(bradleyTerry(votes("a", "a", "left", 3)), []);
});

test("ties leave both at the average", () => {
  for (const row of bradleyTerry([...votes("a", "b", "tie", 4), ...votes("b", "a", "bad", 3)])) {
    assert.ok(Math.abs(row.rating - 1000) < 1e-6);
    assert.equal(row.ties, 7);
  }
});

test("sides do not matter", () => {
  const one = bradleyTerry([...votes("a", "b", "left", 5), ...votes("a", "b", "right", 2)]);
  const other = bradleyTerry([...votes("b", "a", "right", 5), ...votes("b", "a", "left", 2)]);
  assert.deepEqual(one, other);
  assert.deepEqual([one[0].model, one[0].wins, one[0].losses], ["a", 5, 2]);
});

test("the odds of many votes come back: 3 to 1 are 191 points", () => {
  const [first, second] = bradleyTerry([...votes("a", "b", "left", 7500), ...votes("a", "b", "right", 2500)]);
  assert.ok(Math.abs(first.rating - second.rating - 400 * Math.log10(3)) < 0.5);
});

test("the fit is a maximum of the likelihood with the prior", () => {
  const all = [
    ...votes("a", "b", "left", 5), ...votes("b", "c", "left", 4), ...votes("a", "c", "right", 2), ...votes("a", "c", "tie", 3),
    ...votes("c", "d", "left", 6),
  ];
  const rows = bradleyTerry(all);
  const logs = new Map(rows.map((row) => [row.model, ((row.rating - 1000) * Math.LN10) / 400]));
  const likelihood = (strengths) => {
    const chance = (one, other) => -Math.log1p(Math.exp(other - one));
    let sum = 0;
    for (const value of strengths.values()) sum += (chance(value, 0) + chance(0, value)) / 2;
    for (const { left, right, outcome } of all) {
      const [l, r] = [strengths.get(left), strengths.get(right)];
      sum += outcome === "left" ? chance(l, r) : outcome === "right" ? chance(r, l) : (chance(l, r) + chance(r, l)) / 2;
    }
    return sum;
  };
  const best = likelihood(logs);
  for (const model of logs.keys()) {
    for (const step of [-0.01, 0.01]) {
      assert.ok(likelihood(new Map([...logs, [model, logs.get(model) + step]])) < best);
    }
  }
});

test("a model that never lost stays finite, and more votes narrow the interval", () => {
  const few = bradleyTerry(votes("a", "b", "left", 2));
  const many = bradleyTerry(votes("a", "b", "left", 200));
  assert.ok(Number.isFinite(many[0].rating) && many[0].rating > few[0].rating);
  const even = (number) => bradleyTerry([...votes("a", "b", "left", number), ...votes("a", "b", "right", number)])[0].margin;
  assert.ok(even(100) < even(5) / 3);
});
