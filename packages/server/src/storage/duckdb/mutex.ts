/** Runs one after another what is given to it, in the order of arrival. */
export class Mutex {
  #last: Promise<unknown> = Promise.resolve();

  run<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    // The next in line starts whether or not this one failed; its caller alone hears of the failure.
    this.#last = result.catch(() => undefined);
    return result;
  }
}
