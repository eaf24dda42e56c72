import type { GovernContext } from "../context.ts";
import { approvalForm } from "./approval.ts";
import { epochForm } from "./epoch.ts";
import type { FormDraft, FormKey, ProposalForm } from "./form.ts";
import { improverForm } from "./improver.ts";
import { kindDraft, kindForm } from "./kind.ts";
import { priceForm } from "./price.ts";
import { recommitForm } from "./recommit.ts";
import { releaseForm } from "./release.ts";
import { rewardForm } from "./reward.ts";
import { saleForm } from "./sale.ts";
import { termsForm } from "./terms.ts";
import { uriForm } from "./uri.ts";

/** Every way to make a call that a DAO may make. */
export const FORMS: readonly ProposalForm[] = [
  priceForm,
  saleForm,
  kindForm,
  termsForm,
  improverForm,
  rewardForm,
  uriForm,
  epochForm,
  recommitForm,
  releaseForm,
  approvalForm,
];

export function formOf(key: string): ProposalForm | undefined {
  return FORMS.find((form) => form.key === key);
}

/** The draft after one field was typed; choosing a kind to change fills in what it is now. */
export function typed(
  context: GovernContext,
  form: FormKey,
  draft: FormDraft,
  key: string,
  value: string,
): FormDraft {
  if (form === "kind" && key === "kind") return kindDraft(context, value);
  return { ...draft, [key]: value };
}
