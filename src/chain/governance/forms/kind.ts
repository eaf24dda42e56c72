import { encodeFunctionData } from "viem";
import { licenceTokenAbi } from "../../generated/licenceToken.ts";
import { labelText } from "../../indexer/select/models.ts";
import type { KindTerms } from "../../indexer/state.ts";
import { readKind } from "../../registration/readDraft.ts";
import { kindsOf, kindText } from "../context.ts";
import type { GovernContext } from "../context.ts";
import { field, isOn, onOff, outcome, UNRELEASED } from "./form.ts";
import type { FormDraft, ProposalForm } from "./form.ts";
import { percentDraft } from "./termsFields.ts";

const NEW = "new";
const DAY_S = 86_400n;
const NATIVE_PRICE = "0";

/** Defines a kind of licence, or changes one for later buyers. */
export const kindForm: ProposalForm = {
  key: "kind",
  title: "Kind of licence",
  about:
    "Adds a kind of licence, or changes one for later buyers. Licences in force keep their terms.",
  blocked: ({ model }) =>
    model.epochs.some(({ released }) => released !== null) ? null : UNRELEASED,
  begin: () => ({ ...EMPTY, kind: NEW }),
  fields: (context, draft) => {
    const isNew = termsOf(context, draft) === null;
    return [
      {
        key: "kind",
        label: "Which",
        kind: "select",
        options: [
          { value: NEW, label: "a new kind" },
          ...kindsOf(context).map(({ kind }) => ({
            value: String(kind),
            label: `change ${kindText(context, kind)}`,
          })),
        ],
      },
      { key: "label", label: "Short name", kind: "text" },
      { key: "days", label: "Days it lasts", kind: "text", numeric: true, hint: "Empty for ever." },
      {
        key: "quota",
        label: "Calls included",
        kind: "text",
        numeric: true,
        hint: "Empty for no limit.",
      },
      {
        key: "refundDays",
        label: "Days to return it unused",
        kind: "text",
        numeric: true,
        hint: "30 at most.",
      },
      {
        key: "hostPercent",
        label: "Host’s share of use, in percent",
        kind: "text",
        numeric: true,
        hint: "90 at most.",
      },
      {
        key: "resalePercent",
        label: "Share of a resale, in percent",
        kind: "text",
        numeric: true,
        hint: "10 at most.",
      },
      { key: "transferable", label: "May be passed on to another holder", kind: "switch" },
      {
        key: "text",
        label: "Licence text",
        kind: "area",
        optional: !isNew,
        hint: isNew
          ? "The chain keeps only its hash; publish the text where buyers find it."
          : "Left empty, the text stays as it is.",
      },
      ...(isNew
        ? context.coins.map(
            ({ token, symbol }) =>
              ({
                key: `price-${token}`,
                label: `Price in ${symbol}`,
                kind: "text",
                numeric: true,
                optional: true,
                hint: "Empty: not sold for it. 0: free.",
              }) as const,
          )
        : []),
    ];
  },
  read: (context, draft) => {
    const { model, contracts, coins } = context;
    const old = termsOf(context, draft);
    const keeps = old !== null && field(draft, "text") === "";
    const number = old?.kind ?? (kindsOf(context).at(-1)?.kind ?? 0) + 1;
    const decimals = new Map(coins.map((coin) => [coin.token.toLowerCase(), coin.decimals]));
    const read = readKind(
      {
        label: field(draft, "label"),
        text: keeps ? "kept" : (draft["text"] ?? ""),
        days: field(draft, "days"),
        quota: field(draft, "quota").replaceAll(",", ""),
        refundDays: field(draft, "refundDays"),
        hostPercent: field(draft, "hostPercent"),
        resalePercent: field(draft, "resalePercent"),
        transferable: isOn(draft, "transferable"),
        prices: coins.map(({ token }) => ({
          token,
          // A changed kind keeps its prices; they have a form of their own.
          amount: old === null ? field(draft, `price-${token}`) : NATIVE_PRICE,
        })),
      },
      number,
      decimals,
    );
    if (!read.ok) {
      const { prices, ...problems } = read.problems;
      const first = `price-${coins[0]?.token ?? ""}`;
      return {
        ok: false,
        problems: prices === undefined ? problems : { [first]: prices, ...problems },
      };
    }
    const { terms, prices } = read.value;
    const kept = keeps ? { ...terms, textHash: old.terms.textHash } : terms;
    const call = (data: `0x${string}`) => ({ target: contracts.licences, value: 0n, data });
    return outcome({}, () => [
      call(
        encodeFunctionData({
          abi: licenceTokenAbi,
          functionName: "setKind",
          args: [model.id, number, kept],
        }),
      ),
      ...(old === null ? prices : []).map(({ token, price }) =>
        call(
          encodeFunctionData({
            abi: licenceTokenAbi,
            functionName: "setPrice",
            args: [model.id, number, token, price, true],
          }),
        ),
      ),
    ]);
  },
};

const EMPTY: FormDraft = {
  label: "",
  days: "",
  quota: "",
  refundDays: "",
  hostPercent: "30",
  resalePercent: "0",
  transferable: "no",
  text: "",
};

function termsOf(
  context: GovernContext,
  draft: FormDraft,
): { kind: number; terms: KindTerms } | null {
  const chosen = kindsOf(context).find(({ kind }) => String(kind) === field(draft, "kind"));
  const terms = chosen?.versions.at(-1);
  return chosen === undefined || terms === undefined ? null : { kind: chosen.kind, terms };
}

/** The form filled with a kind as it is, for the moment at which it is chosen. */
export function kindDraft(context: GovernContext, chosen: string): FormDraft {
  const found = termsOf(context, { kind: chosen });
  if (found === null) return { ...EMPTY, kind: NEW };
  const { terms } = found;
  const days = (seconds: bigint): string => (seconds === 0n ? "" : String(seconds / DAY_S));
  return {
    kind: chosen,
    label: labelText(terms.label),
    days: days(terms.duration),
    quota: terms.quota === 0n ? "" : String(terms.quota),
    refundDays: days(BigInt(terms.refundWindow)),
    hostPercent: percentDraft(terms.hostPpm),
    resalePercent: percentDraft(terms.resalePpm),
    transferable: onOff(terms.transferable),
    text: "",
  };
}
