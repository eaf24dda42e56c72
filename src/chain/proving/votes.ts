import { encodeAbiParameters, isHex, keccak256, parseAbiParameters, size } from "viem";
import type { Address, Hex } from "viem";
import * as v from "valibot";
import { keep, keptOf } from "@/storage/sealedStore.ts";
import { newSalt } from "./filing.ts";
import type { Choice } from "./rules.ts";

const KIND = "vote";
const VOTE = parseAbiParameters("address, uint256, uint8, bytes32");

/** A vote as its juror must know it to reveal it. */
export const keptVoteSchema = v.strictObject({
  format: v.literal("signet-vote"),
  version: v.literal(1),
  choice: v.picklist([1, 2]),
  salt: v.custom<Hex>((value) => isHex(value) && size(value) === 32),
});
export type KeptVote = v.InferOutput<typeof keptVoteSchema>;

/** Which vote of whom. */
export interface VoteName {
  chainId: number;
  jury: Address;
  dispute: bigint;
  juror: Address;
}

/** keccak256(abi.encode(juror, dispute, choice, salt)), the jury's `voteHashOf`. */
export function voteHashOf(juror: Address, dispute: bigint, choice: Choice, salt: Hex): Hex {
  return keccak256(encodeAbiParameters(VOTE, [juror, dispute, choice, salt]));
}

const idOf = ({ chainId, jury, dispute, juror }: VoteName): string =>
  [chainId, jury.toLowerCase(), dispute, juror.toLowerCase()].join(" ");

/**
 * Draws a salt for a vote and keeps both, encrypted, before anything is sent. A vote that was kept
 * under the same name and may be on the chain is not lost: it is only replaced when asked anew.
 */
export async function makeVote(name: VoteName, choice: Choice): Promise<Hex> {
  const vote: KeptVote = { format: "signet-vote", version: 1, choice, salt: newSalt() };
  const hash = voteHashOf(name.juror, name.dispute, choice, vote.salt);
  // By its hash too: which of several tries reached the chain is known by its hash alone.
  await keep(KIND, `${idOf(name)} ${hash}`, JSON.stringify(vote));
  return hash;
}

/** The vote whose hash is on the chain; null when this browser does not have it. */
export async function keptVote(name: VoteName, hash: Hex): Promise<KeptVote | null> {
  const id = `${idOf(name)} ${hash}`;
  const found = (await keptOf(KIND)).find((kept) => kept.id === id);
  if (found === undefined || found.text === null) return null;
  const parsed = v.safeParse(keptVoteSchema, JSON.parse(found.text));
  return parsed.success ? parsed.output : null;
}
