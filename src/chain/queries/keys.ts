/**
 * Key of anything read from a chain. All begin with "chain", so that one call asks them again after a
 * transaction.
 */
export function chainKey(
  chainId: number,
  ...parts: readonly (string | number | null)[]
): readonly (string | number | null)[] {
  return [CHAIN, chainId, ...parts];
}

export const CHAIN = "chain";
