import { encodeFunctionData, zeroHash } from "viem";
import { modelRegistryAbi } from "../../generated/modelRegistry.ts";
import { uriProblem } from "../../registration/readDraft.ts";
import type { GovernContext } from "../context.ts";
import { readHash } from "./epoch.ts";
import { field } from "./form.ts";
import type { ProposalForm } from "./form.ts";
import { readTermsFields, termsDraft, termsFields } from "./termsFields.ts";

function ready({ model }: GovernContext) {
  return model.epochs.filter(({ sealed, released }) => sealed !== null && released === null);
}

/** Names the weights of an epoch, once and for ever. */
export const releaseForm: ProposalForm = {
  key: "release",
  title: "Release weights",
  about: "Binds released weights to an epoch whose beacon is sealed, once and for ever.",
  blocked: (context) =>
    ready(context).length === 0
      ? "No epoch waits for its release: its beacon must be sealed, and its weights not named yet."
      : null,
  begin: (context) => ({
    ...termsDraft(context),
    epoch: String(ready(context)[0]?.epoch ?? ""),
    weightsHash: "",
    uri: context.model.uri,
  }),
  fields: (context, draft) => [
    {
      key: "epoch",
      label: "Epoch",
      kind: "select",
      options: ready(context).map(({ epoch }) => ({
        value: String(epoch),
        label: `epoch ${epoch}`,
      })),
    },
    { key: "weightsHash", label: "Hash of the weights", kind: "text" },
    {
      key: "uri",
      label: "Where the model is described",
      kind: "text",
      optional: true,
      hint: "https:// or ipfs://, 512 bytes at most.",
    },
    ...termsFields(context, draft),
  ],
  read: (context, draft) => {
    const { model, contracts } = context;
    const epoch = ready(context).find((entry) => String(entry.epoch) === field(draft, "epoch"));
    const weightsHash = readHash(field(draft, "weightsHash"));
    const uri = field(draft, "uri");
    const terms = readTermsFields(context, draft);
    const problems: Record<string, string> = terms.ok ? {} : { ...terms.problems };
    if (epoch === undefined) problems["epoch"] = "Choose an epoch.";
    if (weightsHash === null) {
      problems["weightsHash"] = "0x and 64 hexadecimal digits, not all zero.";
    }
    const badUri = uri === model.uri ? null : uriProblem(uri);
    if (badUri !== null) problems["uri"] = badUri;
    if (!terms.ok || Object.keys(problems).length > 0) return { ok: false, problems };
    const data = encodeFunctionData({
      abi: modelRegistryAbi,
      functionName: "release",
      args: [model.id, epoch?.epoch ?? 0, weightsHash ?? zeroHash, terms.value, uri],
    });
    return { ok: true, value: [{ target: contracts.registry, value: 0n, data }] };
  },
};
