import { callsOf } from "@/chain/governance/calls.ts";
import { decodeCall } from "@/chain/governance/decode.ts";
import type { ProposalRow } from "@/chain/governance/waiting.ts";
import type { Govern } from "./useGovern.ts";

const MOST = 120;

/** A proposal's name: what its calls do, since anybody can write anything in a description. */
export function titleOf({ proposal, model, circumstances }: ProposalRow, govern: Govern): string {
  const context = govern.contextOf(model, circumstances.now);
  const [first, ...rest] = callsOf(proposal);
  if (first === undefined) return "A proposal without calls";
  const { sentence } = decodeCall(context, first);
  const words = rest.length === 0 ? sentence : `${sentence} And ${rest.length} more.`;
  return words.length > MOST ? `${words.slice(0, MOST)}…` : words;
}
