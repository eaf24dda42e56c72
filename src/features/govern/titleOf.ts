import { isAddress } from "viem";
import { callsOf } from "@/chain/governance/calls.ts";
import { decodeCall } from "@/chain/governance/decode.ts";
import type { ProposalRow } from "@/chain/governance/waiting.ts";
import { shortHex } from "../shared/chainText.ts";
import type { Govern } from "./useGovern.ts";

const MOST = 120;
const ADDRESS = /0x[0-9a-fA-F]{40}\b/g;

/** A proposal's name: what its calls do, since anybody can write anything in a description. */
export function titleOf({ proposal, model, circumstances }: ProposalRow, govern: Govern): string {
  const context = govern.contextOf(model, circumstances.now);
  const [first, ...rest] = callsOf(proposal);
  if (first === undefined) return "A proposal without calls";
  const sentence = decodeCall(context, first).sentence.replaceAll(ADDRESS, (address) => {
    const person = isAddress(address) ? govern.personOf(address) : null;
    // The whole address stands with the call itself.
    return person === null ? shortHex(address) : `${person} (${shortHex(address)})`;
  });
  const words = rest.length === 0 ? sentence : `${sentence} And ${rest.length} more.`;
  return words.length > MOST ? `${words.slice(0, MOST)}…` : words;
}
