import { encodeFunctionData } from "viem";
import { modelRegistryAbi } from "../../generated/modelRegistry.ts";
import type { GovernContext } from "../context.ts";
import { field, outcome } from "./form.ts";
import type { ProposalForm } from "./form.ts";

function unsealed({ model }: GovernContext) {
  return model.epochs.filter(({ sealed }) => sealed === null);
}

/** A new beacon for an epoch whose own can no longer be read. */
export const recommitForm: ProposalForm = {
  key: "recommit",
  title: "Draw a new beacon",
  about:
    "For an epoch whose beacon nobody sealed in time. Each draw is counted, and proofs need more evidence for it.",
  blocked: (context) =>
    unsealed(context).length === 0 ? "The beacon of every epoch is sealed." : null,
  begin: (context) => ({ epoch: String(unsealed(context)[0]?.epoch ?? "") }),
  fields: (context) => [
    {
      key: "epoch",
      label: "Epoch",
      kind: "select",
      hint: "The registry refuses while the beacon’s block can still be read.",
      options: unsealed(context).map(({ epoch }) => ({
        value: String(epoch),
        label: `epoch ${epoch}`,
      })),
    },
  ],
  read: (context, draft) => {
    const { model, contracts } = context;
    const chosen = unsealed(context).find(({ epoch }) => String(epoch) === field(draft, "epoch"));
    return outcome(chosen === undefined ? { epoch: "Choose an epoch." } : {}, () => [
      {
        target: contracts.registry,
        value: 0n,
        data: encodeFunctionData({
          abi: modelRegistryAbi,
          functionName: "recommit",
          args: [model.id, chosen?.epoch ?? 0],
        }),
      },
    ]);
  },
};
