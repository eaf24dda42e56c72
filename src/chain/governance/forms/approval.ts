import { encodeFunctionData, getAddress, isAddress } from "viem";
import { modelRegistryAbi } from "../../generated/modelRegistry.ts";
import { keyOf } from "../../indexer/state.ts";
import { accountProblem } from "./account.ts";
import { field, outcome } from "./form.ts";
import type { ProposalForm } from "./form.ts";

/** Whether somebody may register models made from this one, where the terms ask for approval. */
export const approvalForm: ProposalForm = {
  key: "approval",
  title: "Approve a derivative’s owner",
  about: "Where the terms ask for approval, who may register models made from this one.",
  blocked: () => null,
  begin: () => ({ account: "", approved: "yes" }),
  fields: ({ model }) => [
    {
      key: "account",
      label: "Account",
      kind: "text",
      ...(model.terms?.approval === true
        ? {}
        : { hint: "The terms ask for no approval now, so that this changes nothing yet." }),
    },
    {
      key: "approved",
      label: "It",
      kind: "select",
      options: [
        { value: "yes", label: "may register derivatives" },
        { value: "no", label: "may no longer register derivatives" },
      ],
    },
  ],
  read: ({ model, contracts, state }, draft) => {
    const account = field(draft, "account");
    const approved = field(draft, "approved") === "yes";
    const wrong = accountProblem(account);
    const problems: Record<string, string> = {};
    if (wrong !== null) problems["account"] = wrong;
    else if (isAddress(account)) {
      const now = state.approvals.get(keyOf(model.id, getAddress(account))) ?? false;
      if (now === approved) problems["approved"] = "That is so already.";
    }
    return outcome(problems, () => [
      {
        target: contracts.registry,
        value: 0n,
        data: encodeFunctionData({
          abi: modelRegistryAbi,
          functionName: "approveDerivative",
          args: [model.id, getAddress(account), approved],
        }),
      },
    ]);
  },
};
