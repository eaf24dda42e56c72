import { sha256 } from "@noble/hashes/sha2.js";
import { concatBytes } from "@noble/hashes/utils.js";
import { uint32 } from "./encoding.ts";

/**
 * A deterministic stream of random numbers: SHA-256(seed ‖ counter) block after block, the counter
 * in 4 bytes big-endian. Whoever has the seed can replay every draw; nobody else can guess one.
 */
export class SeededStream {
  readonly #seed: Uint8Array;
  #block = new Uint8Array(0);
  #offset = 0;
  #counter = 0;

  constructor(seed: Uint8Array) {
    this.#seed = Uint8Array.from(seed);
  }

  #uint32(): number {
    if (this.#offset + 4 > this.#block.length) {
      this.#block = Uint8Array.from(sha256(concatBytes(this.#seed, uint32(this.#counter))));
      this.#counter++;
      this.#offset = 0;
    }
    const at = this.#offset;
    this.#offset += 4;
    return new DataView(this.#block.buffer).getUint32(at);
  }

  /** Uniform on [0, 1) with 53 random bits. */
  uniform(): number {
    const high = this.#uint32() >>> 5;
    const low = this.#uint32() >>> 6;
    return (high * 2 ** 26 + low) / 2 ** 53;
  }

  /** Uniform integer in [0, bound), without modulo bias. */
  below(bound: number): number {
    if (!Number.isInteger(bound) || bound < 1 || bound > 2 ** 32) {
      throw new RangeError(`bound out of range: ${bound}`);
    }
    const limit = 2 ** 32 - (2 ** 32 % bound);
    for (;;) {
      const draw = this.#uint32();
      if (draw < limit) return draw % bound;
    }
  }

  /** A permutation of 0..count-1, every one equally likely (Fisher and Yates). */
  permutation(count: number): number[] {
    const order = Array.from({ length: count }, (_, index) => index);
    for (let last = count - 1; last > 0; last--) {
      const other = this.below(last + 1);
      const held = order[last];
      order[last] = order[other];
      order[other] = held;
    }
    return order;
  }
}
