import { encodeAbiParameters, encodeFunctionData, keccak256, stringToHex } from "viem";
import type { Address } from "viem";
import { modelDaoAbi } from "../generated/modelDao.ts";
import { modelGovernorAbi } from "../generated/modelGovernor.ts";
import { modelSharesAbi } from "../generated/modelShares.ts";
import type { Proposal } from "../indexer/stateGovern.ts";
import type { ProposedCall } from "./context.ts";

/** A transaction of whoever governs. It never carries coin. */
export interface GovernCall {
  readonly to: Address;
  readonly data: `0x${string}`;
  readonly value: 0n;
}

/** What a vote says, as the governor counts it. */
export const SUPPORT = { against: 0, for: 1, abstain: 2 } as const;
export type Support = keyof typeof SUPPORT;

/** What a proposal is made of. */
export type ProposalContent = Pick<Proposal, "targets" | "values" | "calldatas" | "description">;

/** Calls and description as the governor takes them. */
export function contentOf(calls: readonly ProposedCall[], description: string): ProposalContent {
  return {
    targets: calls.map(({ target }) => target),
    values: calls.map(({ value }) => value),
    calldatas: calls.map(({ data }) => data),
    description,
  };
}

/** The calls of a proposal. */
export function callsOf({ targets, values, calldatas }: ProposalContent): ProposedCall[] {
  return targets.map((target, place) => ({
    target,
    value: values[place] ?? 0n,
    data: calldatas[place] ?? "0x",
  }));
}

/** The number that the governor gives a proposal. */
export function proposalIdOf(content: ProposalContent): bigint {
  const encoded = encodeAbiParameters(
    [{ type: "address[]" }, { type: "uint256[]" }, { type: "bytes[]" }, { type: "bytes32" }],
    [content.targets, content.values, content.calldatas, hashOf(content)],
  );
  return BigInt(keccak256(encoded));
}

function hashOf({ description }: ProposalContent): `0x${string}` {
  return keccak256(stringToHex(description));
}

export function activateCall(
  dao: Address,
  model: bigint,
  holders: readonly [Address, Address],
): GovernCall {
  const data = encodeFunctionData({
    abi: modelDaoAbi,
    functionName: "activate",
    args: [model, ...holders],
  });
  return { to: dao, data, value: 0n };
}

/** @param to the zero address for nobody */
export function delegateCall(shares: Address, to: Address): GovernCall {
  const data = encodeFunctionData({ abi: modelSharesAbi, functionName: "delegate", args: [to] });
  return { to: shares, data, value: 0n };
}

export function proposeCall(governor: Address, content: ProposalContent): GovernCall {
  const { targets, values, calldatas, description } = content;
  const data = encodeFunctionData({
    abi: modelGovernorAbi,
    functionName: "propose",
    args: [targets, values, calldatas, description],
  });
  return { to: governor, data, value: 0n };
}

export function voteCall(
  governor: Address,
  proposal: bigint,
  support: Support,
  reason: string,
): GovernCall {
  const data = encodeFunctionData({
    abi: modelGovernorAbi,
    functionName: "castVoteWithReason",
    args: [proposal, SUPPORT[support], reason],
  });
  return { to: governor, data, value: 0n };
}

/** Queues, executes or cancels. @param step which; the governor names a proposal by its content */
export function stepCall(
  governor: Address,
  step: "queue" | "execute" | "cancel",
  content: ProposalContent,
): GovernCall {
  const { targets, values, calldatas } = content;
  const data = encodeFunctionData({
    abi: modelGovernorAbi,
    functionName: step,
    args: [targets, values, calldatas, hashOf(content)],
  });
  return { to: governor, data, value: 0n };
}

/**
 * An ending by which OpenZeppelin's governor lets nobody but the named account propose. Somebody who
 * writes it by accident is told so.
 */
export function restrictedTo(description: string): Address | null {
  const found = /#proposer=(0x[0-9a-fA-F]{40})$/.exec(description);
  return found === null ? null : `0x${found[1].slice(2)}`;
}
