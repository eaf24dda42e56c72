/** A uniform integer below `bound` from the browser's random source, without modulo bias. */
export function randomInt(bound: number): number {
  const limit = 2 ** 32 - (2 ** 32 % bound);
  const draw = new Uint32Array(1);
  do crypto.getRandomValues(draw);
  while (draw[0] >= limit);
  return draw[0] % bound;
}
