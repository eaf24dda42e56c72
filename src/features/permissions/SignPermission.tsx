import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { ReactNode } from "react";
import { isAddress, isAddressEqual, type Address } from "viem";
import { useChain } from "@/chain/chainContext.ts";
import { draftPermission } from "@/chain/permissions/draftPermission.ts";
import { signPermission } from "@/chain/permissions/signPermission.ts";
import { readAmount } from "@/chain/registration/readDraft.ts";
import { formatDuration } from "@/lib/format.ts";
import { Button } from "@/ui/Button.tsx";
import { Actions, Card } from "@/ui/Card.tsx";
import { Dialog } from "@/ui/Dialog.tsx";
import { ErrorNotice } from "@/ui/ErrorNotice.tsx";
import { Notice } from "@/ui/Notice.tsx";
import { NumberField } from "@/ui/NumberField.tsx";
import { Select } from "@/ui/Select.tsx";
import { Stats } from "@/ui/Stat.tsx";
import { TextField } from "@/ui/TextField.tsx";
import { openConnectDialog } from "../shared/connectDialog.ts";
import { dateText } from "../shared/market/describe.ts";
import { copy } from "./copy.ts";
import styles from "./permissions.module.css";
import { sessionClient, sessionsQuery } from "./sessionClient.ts";
import { useNow } from "./useNow.ts";
import type { OpenPair } from "./usePair.ts";

const HOUR = 3_600;
const TIMES = [HOUR, 24 * HOUR, 7 * 24 * HOUR, 30 * 24 * HOUR];

/** Sets the limits, makes a key and has the wallet sign once. */
export function SignPermission({
  open,
  onElsewhere,
}: {
  open: OpenPair;
  /** A string for a key that this browser does not hold. */
  onElsewhere: (text: string) => void;
}): ReactNode {
  const { pair, market, reading, listed, base, domain, isHolder } = open;
  const { config, deployment } = useChain();
  const queries = useQueryClient();
  const token = reading.channel?.token ?? deployment.tokens[0];
  const deposit = reading.channel?.deposit ?? 0n;
  const { symbol, decimals } = market.tokenOf(token);
  const now = useNow();
  const [cap, setCap] = useState("");
  const [seconds, setSeconds] = useState(String(TIMES[1]));
  const [calls, setCalls] = useState<number | null>(100);
  const [where, setWhere] = useState<"here" | "elsewhere">("here");
  const [foreign, setForeign] = useState("");
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);

  const left = deposit > base.amount ? deposit - base.amount : 0n;
  const amount = readAmount(cap.trim(), decimals);
  const isAbove = amount !== null && amount > left;
  const key = addressOf(foreign);
  const badKey = where === "elsewhere" && (key === null || isAddressEqual(key, reading.owner));
  const isComplete = amount !== null && amount > 0n && calls !== null && calls > 0 && !badKey;
  // A chain whose clock was moved on counts from there.
  const until = (now > reading.time ? now : reading.time) + BigInt(seconds);

  const sign = async (): Promise<void> => {
    setAsking(false);
    if (amount === null || calls === null) return;
    setBusy(true);
    setError(null);
    try {
      const allowance = { amount, calls: BigInt(calls), seconds: BigInt(seconds) };
      const sessionKey =
        where === "elsewhere" && key !== null
          ? key
          : (await sessionClient().call("create", { domain })).key;
      const terms = listed?.terms ?? null;
      const message = draftPermission(
        pair,
        reading,
        base,
        allowance,
        sessionKey,
        terms,
        Date.now() / 1_000,
      );
      const text = await signPermission(config, message, domain);
      if (where === "elsewhere") onElsewhere(text);
      else await sessionClient().call("adopt", { permission: text });
      setCap("");
      await queries.invalidateQueries(sessionsQuery(domain));
    } catch (thrown) {
      setError(thrown);
    } finally {
      setBusy(false);
    }
  };

  return (
    <Card
      title={open.current === null ? "Sign a permission" : "Replace it by a new permission"}
      note={copy.key}
      testId="sign-permission"
    >
      <div className={styles.form}>
        <TextField
          label={`Spend at most, in ${symbol}`}
          value={cap}
          inputMode="decimal"
          placeholder="for example 0.001"
          hint={`The deposit has ${market.amountOf(token, left)} left.`}
          error={
            cap !== "" && (amount === null || amount === 0n)
              ? "Enter an amount above nothing."
              : null
          }
          onChange={setCap}
        />
        <Select
          label="Valid for"
          value={seconds}
          options={TIMES.map((one) => ({
            value: String(one),
            label: formatDuration(one * 1_000),
          }))}
          onChange={setSeconds}
        />
        <NumberField label="Calls at most" value={calls} min={1} onChange={setCalls} />
        <Select
          label="Session key"
          value={where}
          options={[
            { value: "here", label: "made and kept in this browser" },
            { value: "elsewhere", label: "another program's" },
          ]}
          onChange={setWhere}
        />
        {where === "elsewhere" && (
          <TextField
            label="Address of its key"
            hint="That program signs the vouchers; its key alone, not the wallet's."
            value={foreign}
            spellCheck={false}
            error={foreign !== "" && badKey ? "Enter an address other than the wallet's." : null}
            onChange={setForeign}
          />
        )}
      </div>
      {isAbove && (
        <Notice kind="warn" title="More than the deposit has left">
          <p>The host serves up to the deposit; top it up to use all of the limit.</p>
        </Notice>
      )}
      {error !== null && (
        <ErrorNotice error={error} testId="sign-error" onDismiss={() => setError(null)} />
      )}
      <Actions>
        {market.account === undefined ? (
          <Button kind="primary" onClick={openConnectDialog}>
            Connect a wallet
          </Button>
        ) : (
          <Button
            kind="primary"
            disabled={!isComplete || !isHolder}
            busy={busy}
            onClick={() => setAsking(true)}
            data-testid="sign"
          >
            Sign the permission
          </Button>
        )}
      </Actions>
      <Dialog
        open={asking}
        onOpenChange={setAsking}
        title="Sign the permission"
        description={copy.sign}
        wide
        actions={
          <>
            <Button onClick={() => setAsking(false)}>Not yet</Button>
            <Button kind="primary" onClick={() => void sign()} data-testid="open-wallet">
              Open the wallet
            </Button>
          </>
        }
      >
        <Stats
          entries={[
            { label: "Spend at most", value: market.amountOf(token, amount ?? 0n) },
            { label: "Calls at most", value: String(calls ?? 0) },
            { label: "Until", value: dateText(until) },
            { label: "Host", value: <code className={styles.mono}>{pair.host}</code> },
            { label: "Licence", value: `#${pair.licence}` },
          ]}
        />
        {listed?.terms != null && (
          <p className={styles.soft}>
            {copy.policy} “{listed.terms.policyText}”
          </p>
        )}
      </Dialog>
    </Card>
  );
}

function addressOf(text: string): Address | null {
  const trimmed = text.trim();
  return isAddress(trimmed) ? trimmed : null;
}
