import { encodeFunctionData, getAddress, isAddress } from "viem";
import { licenceTokenAbi } from "../../generated/licenceToken.ts";
import { readAmount } from "../../registration/readDraft.ts";
import { coinOf, kindsOf, kindText } from "../context.ts";
import type { GovernContext } from "../context.ts";
import { field, isOn, NO_KINDS, outcome } from "./form.ts";
import type { ProposalForm } from "./form.ts";

/** What a kind of licence costs in one coin, or that it is not sold for it. */
export const priceForm: ProposalForm = {
  key: "price",
  title: "Price",
  about: "What later buyers pay for a kind of licence. Licences in force keep what was paid.",
  blocked: (context) => (kindsOf(context).length === 0 ? NO_KINDS : null),
  begin: (context) => ({
    kind: String(kindsOf(context)[0]?.kind ?? ""),
    token: context.coins[0]?.token ?? "",
    amount: "",
    unlist: "no",
  }),
  fields: (context, draft) => [
    kindField(context),
    {
      key: "token",
      label: "Paid in",
      kind: "select",
      options: context.coins.map(({ token, symbol }) => ({ value: token, label: symbol })),
    },
    { key: "unlist", label: "No longer sell it for this coin", kind: "switch" },
    ...(isOn(draft, "unlist")
      ? []
      : [
          {
            key: "amount",
            label: "New price",
            kind: "text",
            numeric: true,
            hint: "0 makes it free.",
          } as const,
        ]),
  ],
  read: (context, draft) => {
    const problems: Record<string, string> = {};
    const kind = kindsOf(context).find((entry) => String(entry.kind) === field(draft, "kind"));
    const token = field(draft, "token");
    const coin = isAddress(token, { strict: false }) ? coinOf(context, token) : undefined;
    const unlist = isOn(draft, "unlist");
    const price = unlist ? 0n : readAmount(field(draft, "amount"), coin?.decimals ?? 0);
    if (kind === undefined) problems["kind"] = "Choose a kind of licence.";
    if (coin === undefined) problems["token"] = "Choose a coin.";
    if (price === null) problems["amount"] = "An amount such as 0.5, or 0 for a free licence.";
    return outcome(problems, () => [
      {
        target: context.contracts.licences,
        value: 0n,
        data: encodeFunctionData({
          abi: licenceTokenAbi,
          functionName: "setPrice",
          args: [context.model.id, kind?.kind ?? 0, getAddress(token), price ?? 0n, !unlist],
        }),
      },
    ]);
  },
};

export function kindField(context: GovernContext) {
  return {
    key: "kind",
    label: "Kind of licence",
    kind: "select",
    options: kindsOf(context).map(({ kind }) => ({
      value: String(kind),
      label: kindText(context, kind),
    })),
  } as const;
}
