import { encodeFunctionData } from "viem";
import { modelRegistryAbi } from "../../generated/modelRegistry.ts";
import { UNRELEASED } from "./form.ts";
import type { ProposalForm } from "./form.ts";
import { readTermsFields, termsDraft, termsFields } from "./termsFields.ts";

/** What derivatives may and must do. */
export const termsForm: ProposalForm = {
  key: "terms",
  title: "Terms for derivatives",
  about:
    "What holds for models made from this one and registered later. Earlier ones are not touched.",
  blocked: ({ model }) => (model.terms === null ? UNRELEASED : null),
  begin: termsDraft,
  fields: termsFields,
  read: (context, draft) => {
    const read = readTermsFields(context, draft);
    if (!read.ok) return read;
    const { registry } = context.contracts;
    const data = encodeFunctionData({
      abi: modelRegistryAbi,
      functionName: "setTerms",
      args: [context.model.id, read.value],
    });
    return { ok: true, value: [{ target: registry, value: 0n, data }] };
  },
};
