import { AlertDialog } from "@base-ui/react/alert-dialog";
import type { ReactNode } from "react";
import type { Address } from "viem";
import { useChain } from "@/chain/chainContext.ts";
import { useConsent } from "@/chain/testAccounts/consent.ts";
import {
  describeCall,
  describeMessage,
  describeTypedData,
  type Fact,
} from "@/chain/testAccounts/describe.ts";
import type { ConsentRequest } from "@/chain/testAccounts/provider.ts";
import { Button } from "@/ui/Button.tsx";
import { cx } from "@/ui/cx.ts";
import dialog from "@/ui/dialog.module.css";
import { formatAmount, shortHex } from "../shared/chainText.ts";
import { COPY } from "./copy.ts";
import styles from "./wallet.module.css";

/** The window of the test accounts: what any wallet shows in its own. */
export function TestAccountDialog(): ReactNode {
  const waiting = useConsent((state) => state.waiting);
  const { deployment } = useChain();
  if (waiting === null) return null;
  const { request, answer } = waiting;
  return (
    <AlertDialog.Root open onOpenChange={(open) => !open && answer(null)}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className={cx(dialog.backdrop, styles.over)} />
        <AlertDialog.Popup className={cx(dialog.popup, styles.over)} data-testid="test-accounts">
          <AlertDialog.Title className={dialog.title}>{COPY.test[request.kind]}</AlertDialog.Title>
          <AlertDialog.Description className={dialog.description}>
            {COPY.testNote}
          </AlertDialog.Description>
          {request.kind === "connect" ? (
            <ul className={styles.walletList} aria-label="Accounts of the local chain">
              {deployment.cast.map(({ index, name, about, address }) => (
                <li key={index}>
                  <button
                    type="button"
                    className={styles.castChoice}
                    onClick={() => answer(address)}
                  >
                    <strong>{name}</strong>
                    <span className={styles.soft}>{about}</span>
                    <code className={styles.soft}>{shortHex(address)}</code>
                  </button>
                </li>
              ))}
            </ul>
          ) : (
            <Request request={request} />
          )}
          <div className={dialog.actions}>
            <AlertDialog.Close render={<Button />}>
              {request.kind === "connect" ? "Cancel" : "Reject"}
            </AlertDialog.Close>
            {request.kind !== "connect" && (
              <Button kind="primary" onClick={() => answer(request.from)}>
                {request.kind === "transaction" ? "Send it" : "Sign it"}
              </Button>
            )}
          </div>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}

function Request({ request }: { request: Exclude<ConsentRequest, { kind: "connect" }> }) {
  const { deployment } = useChain();
  const nameOf = (address: Address): string => {
    const same = (other: string): boolean => other.toLowerCase() === address.toLowerCase();
    const member = deployment.cast.find((candidate) => same(candidate.address));
    const contract = Object.entries(deployment.contracts).find(
      ([, value]) => typeof value === "string" && same(value),
    );
    const coin = deployment.testDollar !== null && same(deployment.testDollar) && "test dollar";
    return member?.name ?? contract?.[0] ?? (coin || address);
  };
  const facts: Fact[] = [["From", nameOf(request.from)]];
  let args: readonly Fact[] = [];
  if (request.kind === "transaction") {
    const { decimals, symbol } = deployment.chain.nativeCurrency;
    const call = describeCall(request.data);
    facts.push(
      ["To", request.to === null ? "a new contract" : nameOf(request.to)],
      ["Does", call?.name ?? (request.data === "0x" ? "a plain transfer" : "not known here")],
      ["Pays", `${formatAmount(request.valueWei, decimals, decimals)} ${symbol}`],
    );
    args = call?.args ?? [["data", shortHex(request.data)]];
  } else if (request.kind === "message") {
    facts.push(["Message", describeMessage(request.message)]);
  } else {
    const data = describeTypedData(request.json);
    facts.push(["Signs", data?.name ?? "typed data that cannot be read"]);
    args = data?.facts ?? [];
  }
  return (
    <>
      <Facts facts={facts} />
      {args.length > 0 && (
        <details className={styles.arguments}>
          <summary>Every argument</summary>
          <Facts facts={args} />
        </details>
      )}
    </>
  );
}

function Facts({ facts }: { facts: readonly Fact[] }): ReactNode {
  return (
    <dl className={styles.facts}>
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
