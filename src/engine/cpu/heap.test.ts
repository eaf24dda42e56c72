import * as fc from "fast-check";
import { expect, it } from "vitest";
import { Heap, type Block } from "./heap.ts";

it("never lets two blocks overlap and reuses what was given back", () => {
  const step = fc.oneof(
    fc.record({ bytes: fc.integer({ min: 0, max: 200_000 }) }),
    fc.record({ release: fc.nat(50) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const heap = new Heap();
      const held: Block[] = [];
      let most = 0;
      for (const action of steps) {
        if ("bytes" in action) {
          const block = heap.alloc(action.bytes);
          expect(block.bytes).toBeGreaterThanOrEqual(action.bytes);
          expect(block.offset % 64).toBe(0);
          for (const other of held) {
            const apart =
              block.offset + block.bytes <= other.offset ||
              other.offset + other.bytes <= block.offset;
            expect(apart).toBe(true);
          }
          expect(block.offset + block.bytes).toBeLessThanOrEqual(heap.memory.buffer.byteLength);
          held.push(block);
        } else if (held.length > 0) {
          const [block] = held.splice(action.release % held.length, 1);
          heap.release(block);
        }
        const used = held.reduce((sum, block) => sum + block.bytes, 0);
        expect(heap.usedBytes).toBe(used);
        most = Math.max(most, used);
      }
      for (const block of held) heap.release(block);
      // Everything is one free stretch again: the peak fits without growth.
      const { generation } = heap;
      heap.alloc(most);
      expect(heap.generation).toBe(generation);
    }),
    { numRuns: 100 },
  );
});

it("changes generation when views become unusable", () => {
  const heap = new Heap();
  const first = heap.alloc(64);
  const view = heap.f32(first.offset, 16);
  view[3] = 5;
  const { generation } = heap;
  heap.alloc(1 << 20);
  expect(heap.generation).not.toBe(generation);
  expect(view.length).toBe(0);
  expect(heap.f32(first.offset, 16)[3]).toBe(5);
});
