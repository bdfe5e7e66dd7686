/** Distances between the ticks of an axis in bytes: 1, 2, 5, 10 … 500 of each unit, as people count them. */
export const byteSteps: readonly number[] = Array.from({ length: 6 }, (_, power) =>
  [1, 2, 5, 10, 20, 50, 100, 200, 500].map((step) => step * 1024 ** power),
).flat();
