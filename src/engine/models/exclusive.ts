/** Runs asynchronous jobs one after another, in the order they came. */
export class Exclusive {
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  /** No job runs or waits. */
  get idle(): boolean {
    return this.#waiting === 0;
  }

  run<T>(job: () => Promise<T>): Promise<T> {
    this.#waiting++;
    const result = this.#last.then(job).finally(() => {
      this.#waiting--;
    });
    this.#last = result.catch(() => undefined);
    return result;
  }
}
