import { encodeFunctionData } from "viem";
import type { Address, EncodeFunctionDataParameters, Hex } from "viem";
import { proverJuryAbi } from "../generated/proverJury.ts";
import { proverNetworkAbi } from "../generated/proverNetwork.ts";
import type { Call } from "../transactions/send.ts";
import { commitHashOf, receiptOf, revealOf } from "./filing.ts";
import type { Filing } from "./filing.ts";

type NetworkCall = Omit<EncodeFunctionDataParameters<typeof proverNetworkAbi>, "abi">;
type JuryCall = Omit<EncodeFunctionDataParameters<typeof proverJuryAbi>, "abi">;

function network(to: Address, call: NetworkCall, value = 0n): Call {
  const parameters: EncodeFunctionDataParameters = { ...call, abi: proverNetworkAbi };
  return { to, data: encodeFunctionData(parameters), value };
}

function jury(to: Address, call: JuryCall): Call {
  const parameters: EncodeFunctionDataParameters = { ...call, abi: proverJuryAbi };
  return { to, data: encodeFunctionData(parameters), value: 0n };
}

/** Calls of the prover network at `to`; amounts in wei. */
export const networkCalls = (to: Address) => ({
  stake: (amount: bigint) => network(to, { functionName: "stake" }, amount),
  requestUnstake: (amount: bigint) =>
    network(to, { functionName: "requestUnstake", args: [amount] }),
  unstake: () => network(to, { functionName: "unstake" }),
  registerHost: (id: Hex, amount: bigint) =>
    network(to, { functionName: "registerHost", args: [id] }, amount),
  requestHostExit: () => network(to, { functionName: "requestHostExit" }),
  exitHost: () => network(to, { functionName: "exitHost" }),
  fundBounty: (model: bigint, amount: bigint) =>
    network(to, { functionName: "fundBounty", args: [model] }, amount),
  setReward: (model: bigint, ppm: number) =>
    network(to, { functionName: "setReward", args: [model, ppm] }),
  commit: (filing: Filing, prover: Address) =>
    network(to, { functionName: "commit", args: [commitHashOf(filing, prover)] }),
  /** By class: with the host's receipt where the filing has one. */
  reveal: (filing: Filing) => {
    const receipt = receiptOf(filing);
    return receipt === null
      ? network(to, { functionName: "reveal", args: [revealOf(filing)] })
      : network(to, {
          functionName: "revealWithReceipt",
          args: [revealOf(filing), receipt.message, receipt.signature],
        });
  },
  contest: (caseId: bigint, evidenceHash: Hex, bond: bigint) =>
    network(to, { functionName: "contest", args: [caseId, evidenceHash] }, bond),
  escalate: (caseId: bigint, fee: bigint) =>
    network(to, { functionName: "escalate", args: [caseId] }, fee),
  finalize: (caseId: bigint) => network(to, { functionName: "finalize", args: [caseId] }),
  withdraw: (receiver: Address) => network(to, { functionName: "withdraw", args: [receiver] }),
});

/** Calls of the prover jury at `to`. */
export const juryCalls = (to: Address) => ({
  vote: (dispute: bigint, voteHash: Hex) =>
    jury(to, { functionName: "vote", args: [dispute, voteHash] }),
  revealVote: (dispute: bigint, choice: number, salt: Hex) =>
    jury(to, { functionName: "revealVote", args: [dispute, choice, salt] }),
  execute: (dispute: bigint) => jury(to, { functionName: "execute", args: [dispute] }),
  settle: (dispute: bigint, juror: Address) =>
    jury(to, { functionName: "settle", args: [dispute, juror] }),
  withdraw: (receiver: Address) => jury(to, { functionName: "withdraw", args: [receiver] }),
});
