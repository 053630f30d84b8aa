import { expect, test } from "vitest";
import type { TextEncoder } from "../components/text-encoder.ts";
import { cachedTextEncoder } from "./cached-text-encoder.ts";

/** An encoder of four numbers, which are 16 bytes, that notes what it was asked. */
function counting() {
  const asked: string[] = [];
  const encoder: TextEncoder = {
    fixedLength: null,
    encode({ ids }, layersSkipped = 0) {
      asked.push(`${ids.join()}/${layersSkipped}`);
      return Promise.resolve({ hidden: { shape: [1, 2, 2], data: Float32Array.from([...ids, 0, 0]) }, pooled: null });
    },
  };
  return { asked, encoder };
}

const tokens = (...ids: [number, number]) => ({ ids, mask: [1, 1] });

test("the same tokens are encoded once, others, other masks and other layers anew", async () => {
  const { asked, encoder } = counting();
  const cached = cachedTextEncoder(encoder);
  const first = await cached.encode(tokens(1, 2));
  expect(await cached.encode(tokens(1, 2))).toBe(first);
  await cached.encode(tokens(1, 3));
  await cached.encode(tokens(1, 2), 1);
  await cached.encode({ ids: [1, 2], mask: [1, 0] });
  expect(asked).toEqual(["1,2/0", "1,3/0", "1,2/1", "1,2/0"]);
});

test("what was used longest ago goes first when the room is full", async () => {
  const { asked, encoder } = counting();
  const cached = cachedTextEncoder(encoder, 32);
  await cached.encode(tokens(1, 1));
  await cached.encode(tokens(2, 2));
  await cached.encode(tokens(1, 1));
  await cached.encode(tokens(3, 3));
  await cached.encode(tokens(1, 1));
  expect(asked).toEqual(["1,1/0", "2,2/0", "3,3/0"]);
  await cached.encode(tokens(2, 2));
  expect(asked).toHaveLength(4);
});

test("an answer larger than the room is given and not kept", async () => {
  const { asked, encoder } = counting();
  const cached = cachedTextEncoder(encoder, 8);
  expect((await cached.encode(tokens(1, 1))).hidden.data).toHaveLength(4);
  await cached.encode(tokens(1, 1));
  expect(asked).toHaveLength(2);
});
