import type { Reading, TermsValue } from "../../registration/readDraft.ts";
import { readTerms } from "../../registration/readDraft.ts";
import type { GovernContext } from "../context.ts";
import { field, isOn, onOff } from "./form.ts";
import type { FormDraft, FormField } from "./form.ts";

/** Millionths as a percentage that can be typed: `12.5`. */
export function percentDraft(ppm: number): string {
  const fraction = (ppm % 10_000).toString().padStart(4, "0").replace(/0+$/, "");
  return `${Math.floor(ppm / 10_000)}${fraction === "" ? "" : `.${fraction}`}`;
}

/** The terms as they are now. */
export function termsDraft({ model }: GovernContext): FormDraft {
  return {
    derivatives: onOff(model.terms?.derivatives ?? false),
    approval: onOff(model.terms?.approval ?? false),
    percent: percentDraft(model.terms?.derivativePpm ?? 0),
    text: "",
  };
}

export function termsFields({ model }: GovernContext, draft: FormDraft): readonly FormField[] {
  const open: readonly FormField[] = [
    { key: "approval", label: "Each of their owners needs approval first", kind: "switch" },
    {
      key: "percent",
      label: "Least share of their revenue, in percent",
      kind: "text",
      numeric: true,
      hint: "50 at most.",
    },
  ];
  return [
    {
      key: "derivatives",
      label: "Others may register models made from this one",
      kind: "switch",
    },
    ...(isOn(draft, "derivatives") ? open : []),
    {
      key: "text",
      label: "Terms for derivatives",
      kind: "area",
      optional: model.terms !== null,
      hint:
        model.terms === null
          ? "The chain keeps only its hash; publish the text where people find it."
          : "Left empty, the text stays as it is. The chain keeps only its hash.",
    },
  ];
}

/** The terms as typed; without a text the present one's hash stays. */
export function readTermsFields({ model }: GovernContext, draft: FormDraft): Reading<TermsValue> {
  const text = draft["text"] ?? "";
  const keeps = text.trim() === "" && model.terms !== null;
  const derivatives = isOn(draft, "derivatives");
  const read = readTerms({
    derivatives,
    approval: derivatives && isOn(draft, "approval"),
    percent: field(draft, "percent"),
    text: keeps ? "kept" : text,
  });
  if (!read.ok || !keeps || model.terms === null) return read;
  return { ok: true, value: { ...read.value, textHash: model.terms.textHash } };
}
