import { encodeFunctionData } from "viem";
import { modelRegistryAbi } from "../../generated/modelRegistry.ts";
import { uriProblem } from "../../registration/readDraft.ts";
import { field, outcome } from "./form.ts";
import type { ProposalForm } from "./form.ts";

/** Where the model's card is. */
export const uriForm: ProposalForm = {
  key: "uri",
  title: "Where the model is described",
  about: "The address of the model’s card, which every page of the market shows.",
  blocked: () => null,
  begin: ({ model }) => ({ uri: model.uri }),
  fields: () => [
    {
      key: "uri",
      label: "Address of the card",
      kind: "text",
      optional: true,
      hint: "https:// or ipfs://, 512 bytes at most.",
    },
  ],
  read: ({ model, contracts }, draft) => {
    const uri = field(draft, "uri");
    const problem = uri === model.uri ? "It is that already." : uriProblem(uri);
    return outcome(problem === null ? {} : { uri: problem }, () => [
      {
        target: contracts.registry,
        value: 0n,
        data: encodeFunctionData({
          abi: modelRegistryAbi,
          functionName: "setUri",
          args: [model.id, uri],
        }),
      },
    ]);
  },
};
