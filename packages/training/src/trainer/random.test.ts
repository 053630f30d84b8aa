import { expect, test } from "vitest";
import { randomStream } from "./random.ts";

test("equal keys repeat the stream, any other key changes it", () => {
  const draw = (...keys: (number | string)[]) => {
    const random = randomStream(...keys);
    return [random.uint32(), random.uint32()].join();
  };
  expect(draw(1, "batch", 2)).toBe(draw(1, "batch", 2));
  const keys = [
    [1, "batch", 2],
    [1, "batch", 3],
    [2, "batch", 2],
    [1, "b", "atch", 2],
    [1, "batch"],
    ["1", "batch", 2],
    [1.5],
  ];
  expect(new Set(keys.map((key) => draw(...key))).size).toBe(keys.length);
});

test("uniform and normal draws of neighbouring streams have the moments of their distributions", () => {
  const uniform: number[] = [];
  const normal: number[] = [];
  for (let step = 0; step < 20_000; step++) {
    const random = randomStream(9, "batch", step);
    uniform.push(random.uniform());
    normal.push(random.normal());
  }
  const moment = (values: number[], power: number) =>
    values.reduce((sum, value) => sum + value ** power, 0) / values.length;
  expect(Math.abs(moment(uniform, 1) - 1 / 2)).toBeLessThan(0.01);
  expect(Math.abs(moment(uniform, 2) - 1 / 3)).toBeLessThan(0.01);
  expect(Math.abs(moment(normal, 1))).toBeLessThan(0.03);
  expect(Math.abs(moment(normal, 2) - 1)).toBeLessThan(0.04);
  expect(Math.abs(moment(normal, 4) - 3)).toBeLessThan(0.3);
  const products = uniform.slice(1).map((value, index) => (value - 0.5) * ((uniform[index] ?? 0) - 0.5));
  expect(Math.abs(moment(products, 1))).toBeLessThan(0.003);
});
