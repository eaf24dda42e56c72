import { stringify } from "yaml";
import type { BankPair } from "../bank.ts";
import type { PeerFormat } from "./peerPair.ts";

/**
 * The pairs in a peer's format, in clear: whoever has the file has the fingerprints, and the
 * candidate lists, which the exact statistics need, do not fit into it.
 * @param responseText text of a response token
 */
export function writePeerFile(
  pairs: readonly BankPair[],
  format: PeerFormat,
  responseText: (token: number) => string,
): string {
  const answer = (pair: BankPair) => responseText(pair.candidates[pair.responseIndex]);
  switch (format) {
    case "mlprints":
      return stringify(
        pairs.map((pair) => ({
          id: pair.index,
          query: pair.text,
          expected_response: answer(pair),
        })),
        { lineWidth: 0, defaultStringType: "QUOTE_DOUBLE", defaultKeyType: "PLAIN" },
      );
    case "oml":
      return json(pairs.map((pair) => ({ key: pair.text, response: answer(pair) })));
    case "scalable":
      return json(
        pairs.map((pair) => ({
          key: pair.text,
          effective_key: pair.text,
          response: answer(pair),
          response_prob: Math.exp(pair.baseLogProbs[pair.responseIndex]),
        })),
      );
    default:
      throw new RangeError(`unknown format ${String(format satisfies never)}`);
  }
}

function json(rows: readonly object[]): string {
  return `${JSON.stringify(rows, null, 2)}\n`;
}
