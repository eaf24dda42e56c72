/** Fewest and most blocks that are asked for at once. */
const LEAST = 1n;
const FIRST = 2_000n;
const MOST = 50_000n;
/** Below this many logs the next range may be wider. */
const FEW_LOGS = 2_000;

/**
 * How many blocks to ask for at once. Nodes limit ranges, numbers of results and time, each with words
 * of its own, so that every refusal is answered by asking for less.
 */
export class ChunkSize {
  #blocks = FIRST;
  #most = MOST;

  get blocks(): bigint {
    return this.#blocks;
  }

  /** A range was answered with so many logs. */
  answered(logs: number): void {
    if (logs < FEW_LOGS) this.#blocks = min(this.#blocks * 2n, this.#most);
  }

  /**
   * A range was refused.
   *
   * @param blocks how many it had
   * @returns whether there is less to ask for
   */
  refused(blocks: bigint): boolean {
    if (blocks <= LEAST) return false;
    this.#blocks = max(blocks / 2n, LEAST);
    // What was refused once is not asked for again soon.
    this.#most = max(this.#blocks * 2n - 1n, LEAST);
    return true;
  }
}

const min = (a: bigint, b: bigint): bigint => (a < b ? a : b);
const max = (a: bigint, b: bigint): bigint => (a > b ? a : b);
