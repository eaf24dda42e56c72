import { Plus, Trash2 } from "lucide-react";
import type { ReactNode } from "react";
import { formatUnits } from "viem";
import { licenceTokenAbi } from "@/chain/generated/licenceToken.ts";
import { readKind, showPpm } from "@/chain/registration/readDraft.ts";
import type { KindValue, Reading } from "@/chain/registration/readDraft.ts";
import { nextSale, priceKey } from "@/chain/registration/steps.ts";
import { contractCall } from "@/chain/transactions/send.ts";
import type { Call } from "@/chain/transactions/send.ts";
import type { KindDraft } from "@/rpc/registration.ts";
import { Badge } from "@/ui/Badge.tsx";
import { Button } from "@/ui/Button.tsx";
import { Actions, Card } from "@/ui/Card.tsx";
import { Notice } from "@/ui/Notice.tsx";
import type { StatEntry } from "@/ui/Stat.tsx";
import { copy } from "./copy.ts";
import { KindForm } from "./KindForm.tsx";
import styles from "./register.module.css";
import { SendButton } from "./SendButton.tsx";
import { useCoins } from "./useCoins.ts";
import type { Coin } from "./useCoins.ts";
import type { OpenRegistration } from "./useRegistration.ts";

/** Kinds of licences, their texts and prices, one transaction after another. */
export function KindsStep({ open }: { open: OpenRegistration }): ReactNode {
  const { registration } = open;
  const { draft, kindsSet, pricesSet } = registration;
  const coins = useCoins(open);
  const decimals = new Map(coins.map((coin) => [coin.token.toLowerCase(), coin.decimals]));
  const task = nextSale(registration);
  const set = (kinds: readonly KindDraft[]): void =>
    open.dispatch({ type: "edited", draft: { ...draft, kinds } });
  const readings = draft.kinds.map((kind, at) => readKind(kind, at + 1, decimals));
  const current = task === null ? undefined : readings[task.kind - 1];
  return (
    <>
      {task === null && (
        <Notice
          kind="good"
          title={copy.onSale}
          testId="on-sale"
          actions={<a href={`#/market/${registration.model}`}>See it on the market</a>}
        />
      )}
      <Card title="Licences" note={copy.kinds} testId="kinds-card">
        <div className={styles.stack}>
          {draft.kinds.map((kind, at) => {
            const number = at + 1;
            const onChain = kindsSet.includes(number);
            return (
              <fieldset key={number} className={styles.group}>
                <legend>
                  {number}. {kind.label} {onChain && <Badge tone="good">on the chain</Badge>}
                </legend>
                {onChain ? (
                  <>
                    <p>{soldText(readings[at], coins, pricesSet)}</p>
                    <p className={styles.soft}>{kind.text}</p>
                  </>
                ) : (
                  <KindForm
                    number={number}
                    kind={kind}
                    reading={readings[at]}
                    coins={coins}
                    onChange={(next) =>
                      set(draft.kinds.map((each, place) => (place === at ? next : each)))
                    }
                  />
                )}
                {!onChain && draft.kinds.length > 1 && at === draft.kinds.length - 1 && (
                  <Actions>
                    <Button
                      kind="quiet"
                      icon={<Trash2 aria-hidden />}
                      onClick={() => set(draft.kinds.slice(0, -1))}
                    >
                      Remove this kind
                    </Button>
                  </Actions>
                )}
              </fieldset>
            );
          })}
          <Actions>
            <Button
              icon={<Plus aria-hidden />}
              onClick={() => set([...draft.kinds, { ...draft.kinds[0], label: "", text: "" }])}
            >
              Add a kind
            </Button>
          </Actions>
          {task !== null && registration.model !== null && (
            <SendButton
              key={task.type === "kind" ? `kind-${task.kind}` : `price-${task.kind}-${task.token}`}
              open={open}
              action={
                task.type === "kind" ? `kind-${task.kind}` : `price-${task.kind}-${task.token}`
              }
              label={
                task.type === "kind"
                  ? `Set the terms of kind ${task.kind}`
                  : `Set the price of kind ${task.kind} in ${symbolOf(coins, task.token)}`
              }
              {...(current?.ok === true
                ? order(open, BigInt(registration.model), current.value, task, coins)
                : { review: [], call: null })}
            />
          )}
        </div>
      </Card>
    </>
  );
}

/** For how long and for what a kind that is on the chain is sold. */
function soldText(
  reading: Reading<KindValue>,
  coins: readonly Coin[],
  pricesSet: readonly string[],
): string {
  if (!reading.ok) return "";
  const { kind, terms, prices } = reading.value;
  const calls = terms.quota === 0n ? "no limit on calls" : `${terms.quota} calls`;
  const sold = prices
    .filter(({ token }) => pricesSet.includes(priceKey(kind, token)))
    .map(({ token, price }) => {
      const decimals = coins.find((coin) => sameToken(coin, token))?.decimals ?? 0;
      const amount = `${formatUnits(price, decimals)} ${symbolOf(coins, token)}`;
      return price === 0n ? `free in ${symbolOf(coins, token)}` : amount;
    });
  const lasts = terms.duration === 0n ? "for ever" : `${terms.duration / 86_400n} days`;
  return [lasts, calls, sold.length === 0 ? "no price yet" : sold.join(" or ")].join(", ");
}

function sameToken(coin: Coin, token: string): boolean {
  return coin.token.toLowerCase() === token.toLowerCase();
}

function order(
  { deployment }: OpenRegistration,
  model: bigint,
  { kind, terms, prices }: KindValue,
  task: NonNullable<ReturnType<typeof nextSale>>,
  coins: readonly Coin[],
): { review: StatEntry[]; call: Call | null } {
  const licences = { address: deployment.contracts.licences, abi: licenceTokenAbi } as const;
  if (task.type === "kind") {
    const args = [model, kind, terms] as const;
    return {
      review: [
        { label: "Kind", value: kind },
        {
          label: "Lasts",
          value: terms.duration === 0n ? "for ever" : `${terms.duration / 86_400n} days`,
        },
        { label: "Calls", value: terms.quota === 0n ? "no limit" : terms.quota.toString() },
        { label: "Host", value: showPpm(BigInt(terms.hostPpm)) },
        { label: "Text", value: <code className={styles.hash}>{terms.textHash}</code> },
      ],
      call: contractCall({ ...licences, functionName: "setKind", args }),
    };
  }
  const price = prices.find(({ token }) => token.toLowerCase() === task.token.toLowerCase());
  const coin = coins.find(({ token }) => token.toLowerCase() === task.token.toLowerCase());
  if (price === undefined || coin === undefined) return { review: [], call: null };
  return {
    review: [
      { label: "Kind", value: kind },
      { label: "Price", value: `${formatUnits(price.price, coin.decimals)} ${coin.symbol}` },
    ],
    call: contractCall({
      ...licences,
      functionName: "setPrice",
      args: [model, kind, price.token, price.price, true],
    }),
  };
}

function symbolOf(coins: readonly Coin[], token: string): string {
  const found = coins.find((coin) => coin.token.toLowerCase() === token.toLowerCase());
  return found?.symbol ?? "a token";
}
