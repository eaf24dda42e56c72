import { encodeFunctionData, getAddress } from "viem";
import { revenueSplitterAbi } from "../../generated/revenueSplitter.ts";
import { readWhole } from "../../registration/readDraft.ts";
import { countText, isSame } from "../context.ts";
import type { GovernContext } from "../context.ts";
import { SHORTEST_WAY } from "../settings.ts";
import { issueLimits } from "../supply.ts";
import { accountProblem } from "./account.ts";
import { field, outcome } from "./form.ts";
import type { ProposalForm } from "./form.ts";

/** New shares for somebody who improved the model. Two thirds must agree. */
export const improverForm: ProposalForm = {
  key: "improver",
  title: "Admit an improver",
  about:
    "New shares for somebody who improved the model. Everybody else’s part of later income shrinks; what was earned before stays theirs. At least two thirds of the votes for and against must be for it.",
  blocked: ({ model }) => (model.shares === null ? "The model’s shares are not open." : null),
  begin: () => ({ account: "", shares: "" }),
  fields: (context) => [
    { key: "account", label: "Account", kind: "text" },
    {
      key: "shares",
      label: "New shares",
      kind: "text",
      numeric: true,
      hint: limitsText(context),
    },
  ],
  read: (context, draft) => {
    const { model, contracts } = context;
    const problems: Record<string, string> = {};
    const account = field(draft, "account");
    const amount = readWhole(field(draft, "shares").replaceAll(",", ""));
    const { least, most } = limitsOf(context);
    const wrong = accountProblem(account);
    if (wrong !== null) problems["account"] = wrong;
    else if ([model.governor, model.timelock].some((own) => own !== null && isSame(own, account))) {
      problems["account"] = "The DAO itself could never spend what its shares earn.";
    } else if (isSame(account, contracts.splitter)) {
      problems["account"] = "The splitter cannot hold shares.";
    }
    if (amount === null || amount === 0n) problems["shares"] = "A whole number of shares.";
    else if (most < least) problems["shares"] = "No more may be issued this year.";
    else if (amount < least) problems["shares"] = `At least ${countText(least)}, 1 % of all.`;
    else if (amount > most) problems["shares"] = `At most ${countText(most)} this year.`;
    return outcome(problems, () => [
      {
        target: contracts.splitter,
        value: 0n,
        data: encodeFunctionData({
          abi: revenueSplitterAbi,
          functionName: "issueShares",
          args: [model.id, getAddress(account), amount ?? 0n],
        }),
      },
    ]);
  },
};

/** The limits at the earliest moment at which the proposal can be executed. */
function limitsOf({ model, now }: GovernContext) {
  return issueLimits(model, now + SHORTEST_WAY);
}

function limitsText(context: GovernContext): string {
  const { least, most } = limitsOf(context);
  if (most < least) return "A fifth of the shares was issued within a year; no more may be now.";
  return `${countText(least)} to ${countText(most)}: at least 1 %, and in any 365 days at most 20 %.`;
}
