import { Link } from "@tanstack/react-router";
import { Download, Printer } from "lucide-react";
import type { ReactNode } from "react";
import { useChain } from "@/chain/chainContext.ts";
import type { Money, Receipt, ReceiptEntry, TimeStamp } from "@/chain/licences/receiptSchema.ts";
import { Button } from "@/ui/Button.tsx";
import { CopyButton } from "@/ui/CopyButton.tsx";
import { downloadText } from "@/ui/download.ts";
import { explorerLink } from "../shared/chainText.ts";
import { ChainUri } from "../shared/market/ChainText.tsx";
import { dateText, percentText } from "../shared/market/describe.ts";
import { copy } from "./copy.ts";
import styles from "./licences.module.css";

const TITLES: Readonly<Record<ReceiptEntry["kind"], string>> = {
  purchase: "Purchase of a licence",
  renewal: "Renewal of a licence",
  refund: "Return of a licence",
};

/** A receipt to read, print, copy from and download. */
export function ReceiptSheet({ receipt }: { receipt: Receipt }): ReactNode {
  const { transaction, chain, contracts, entries } = receipt;
  const { hash } = transaction;
  const save = (): void =>
    downloadText(
      `signet-receipt-${chain.id}-${hash.slice(2, 14)}.json`,
      `${JSON.stringify(receipt, null, 2)}\n`,
      "application/json",
    );
  return (
    <article className={styles.sheet} data-testid="receipt">
      {entries.map((entry) => (
        <Entry key={`${entry.kind} ${entry.licence}`} entry={entry} />
      ))}
      <section aria-label="Transaction">
        <h3>Transaction</h3>
        <dl className={styles.lines}>
          <Line label="Hash">
            <Id id={hash} what="tx" label="the transaction's hash" />
          </Line>
          <Line label="Block">{transaction.block}</Line>
          <Line label="Time">
            {utcText(transaction.time)}
            <small>{dateText(BigInt(transaction.time.unixSeconds))} on this device</small>
          </Line>
          <Line label="Network">
            {chain.name}, chain {chain.id}
          </Line>
          <Line label="Network fee">
            <Amount money={transaction.fee} />
            <small>
              {copy.receipt.fee} {transaction.gasUsed} gas.
            </small>
          </Line>
        </dl>
      </section>
      <section aria-label="Contracts">
        <h3>Contracts</h3>
        <dl className={styles.lines}>
          <Line label="Licences">
            <Id id={contracts.licences} what="address" label="the licence contract" />
          </Line>
          <Line label="Splitter (payee)">
            <Id id={contracts.splitter} what="address" label="the splitter" />
          </Line>
          <Line label="Registry">
            <Id id={contracts.registry} what="address" label="the registry" />
          </Line>
        </dl>
      </section>
      <p className={styles.fine}>{copy.receipt.legal}</p>
      <div className={styles.buttons}>
        <Button icon={<Download aria-hidden />} onClick={save} data-testid="receipt-json">
          Download JSON
        </Button>
        <Button icon={<Printer aria-hidden />} onClick={() => print()}>
          Print
        </Button>
      </div>
    </article>
  );
}

function Entry({ entry }: { entry: ReceiptEntry }): ReactNode {
  const { kind, licence, model, offer, paid, expires } = entry;
  const refund = kind === "refund";
  return (
    <section aria-label={TITLES[kind]} data-testid={`receipt-${kind}`}>
      <div className={styles.sheetHead}>
        <h2>{TITLES[kind]}</h2>
        <p className={styles.total} data-units={paid.units}>
          {paid.units === "0" ? "free" : `${paid.amount} ${paid.symbol}`}
        </p>
      </div>
      <dl className={styles.lines}>
        <Line label="Model">
          <span className={styles.chainText}>{model.name}</span>, number {model.id}
          <small>
            <ChainUri uri={model.uri} />
          </small>
        </Line>
        <Line label="Licence">
          <Link to="/licences/$id" params={{ id: licence }}>
            #{licence}
          </Link>
          , <span className={styles.chainText}>{offer.label}</span> (kind {offer.number}, version{" "}
          {offer.version})
        </Line>
        {!refund && (
          <Line label="In force until">{expires === null ? "for ever" : utcText(expires)}</Line>
        )}
        <Line label={refund ? "Returned by" : "Buyer (sent it)"}>
          <Id id={entry.buyer} what="address" label="the buyer's address" />
        </Line>
        <Line label={refund ? "Paid out of" : "Payer"}>
          <Id id={entry.payer} what="address" label="the payer's address" />
        </Line>
        <Line label={refund ? "Credited to" : "Holder of the licence"}>
          <Id id={entry.recipient} what="address" label="the holder's address" />
        </Line>
        <Line label={refund ? "Amount returned" : "Amount paid"}>
          <Amount money={paid} />
        </Line>
        <Line label="Terms">
          <Id id={offer.termsHash} label="the hash of the terms" />
        </Line>
        <Line label="Licence text (SHA-256)">
          <Id id={offer.textHash} label="the hash of the licence text" />
        </Line>
        {entry.released !== null && (
          <Line label="Also released">
            <Amount money={entry.released} />
            <small>The price of the purchase, which a renewal makes final.</small>
          </Line>
        )}
        {entry.boughtIn !== null && (
          <Line label="Bought in">
            <Link to="/receipts/$tx" params={{ tx: entry.boughtIn }} className={styles.mono}>
              {entry.boughtIn}
            </Link>
          </Line>
        )}
      </dl>
      <SplitLines entry={entry} />
    </section>
  );
}

function SplitLines({ entry: { split } }: { entry: ReceiptEntry }): ReactNode {
  if (split.state === "returned") return <p className={styles.soft}>{copy.refundTo}</p>;
  if (split.state === "free") return <p className={styles.soft}>There was nothing to divide.</p>;
  return (
    <>
      {split.state === "held" && (
        <p className={styles.soft}>
          {copy.receipt.held} Held until{" "}
          {split.heldUntil === null ? "the window is over" : utcText(split.heldUntil)}.
        </p>
      )}
      <table className={styles.split} data-testid="receipt-split">
        <caption>{split.state === "held" ? "To be divided among" : "Divided among"}</caption>
        <thead>
          <tr>
            <th scope="col">Holders of the shares of</th>
            <th scope="col">Share</th>
            <th scope="col">Amount</th>
          </tr>
        </thead>
        <tbody>
          {split.parts.map(({ model, ppm, received }) => (
            <tr key={model.id} data-units={received?.units}>
              <td className={styles.chainText}>
                {model.name} (number {model.id})
              </td>
              <td>{percentText(BigInt(ppm))}</td>
              <td>{received === null ? "later" : `${received.amount} ${received.symbol}`}</td>
            </tr>
          ))}
          {split.waitingUnits !== null && split.waitingUnits !== "0" && (
            <tr>
              <td>Waits as fractions</td>
              <td />
              <td>{split.waitingUnits} smallest units</td>
            </tr>
          )}
        </tbody>
      </table>
    </>
  );
}

function Line({ label, children }: { label: string; children: ReactNode }): ReactNode {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** `2026-11-22 22:56:11 UTC`: the same on every device, as books need it. */
function utcText({ utc, unixSeconds }: TimeStamp): string {
  return utc === null ? `second ${unixSeconds}` : utc.replace("T", " ").replace(".000Z", " UTC");
}

/** The exact sum and, for books, the same in smallest units. */
function Amount({ money }: { money: Money }): ReactNode {
  const { amount, symbol, units, decimals, token } = money;
  const text = `${amount} ${symbol}`;
  return (
    <>
      {text} <CopyButton text={amount} label={`Copy the amount ${text}`} />
      <small>
        {units} units of {decimals} decimals
        {/^0x0+$/.test(token) ? ", the network's own coin" : <>, token {token}</>}
      </small>
    </>
  );
}

/** A hash or address in full, since a receipt is also paper, with its copy and explorer's page. */
function Id({
  id,
  what,
  label,
}: {
  id: string;
  what?: "tx" | "address";
  label: string;
}): ReactNode {
  const { deployment } = useChain();
  const link = what === undefined ? null : explorerLink(deployment.chain, what, id);
  return (
    <span className={styles.id}>
      {link === null ? (
        <code>{id}</code>
      ) : (
        <a href={link} target="_blank" rel="noreferrer">
          <code>{id}</code>
        </a>
      )}
      <CopyButton text={id} label={`Copy ${label}`} />
    </span>
  );
}
