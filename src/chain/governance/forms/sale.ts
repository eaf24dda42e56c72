import { encodeFunctionData } from "viem";
import { licenceTokenAbi } from "../../generated/licenceToken.ts";
import { kindsOf } from "../context.ts";
import { field, NO_KINDS, outcome } from "./form.ts";
import type { ProposalForm } from "./form.ts";
import { kindField } from "./price.ts";

const ALL = "all";

/** Pauses or opens sales and renewals. */
export const saleForm: ProposalForm = {
  key: "sale",
  title: "Pause or open sales",
  about: "Whether kinds of licence can be bought and renewed. Licences in force are not touched.",
  blocked: (context) => (kindsOf(context).length === 0 ? NO_KINDS : null),
  begin: () => ({ kind: ALL, open: "no" }),
  fields: (context) => {
    const one = kindField(context);
    return [
      { ...one, options: [{ value: ALL, label: "all kinds" }, ...one.options] },
      {
        key: "open",
        label: "Sales are",
        kind: "select",
        options: [
          { value: "no", label: "paused" },
          { value: "yes", label: "open" },
        ],
      },
    ];
  },
  read: (context, draft) => {
    const chosen = field(draft, "kind");
    const open = field(draft, "open") === "yes";
    const kinds = kindsOf(context).filter(({ kind }) => chosen === ALL || String(kind) === chosen);
    const changing = kinds.filter((kind) => kind.open !== open);
    const problems: Record<string, string> = {};
    if (kinds.length === 0) problems["kind"] = "Choose a kind of licence.";
    else if (changing.length === 0) {
      problems["open"] = open ? "They are on sale already." : "They are paused already.";
    }
    return outcome(problems, () =>
      changing.map(({ kind }) => ({
        target: context.contracts.licences,
        value: 0n,
        data: encodeFunctionData({
          abi: licenceTokenAbi,
          functionName: "setSale",
          args: [context.model.id, kind, open],
        }),
      })),
    );
  },
};
