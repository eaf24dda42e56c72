import { useMutation } from "@tanstack/react-query";
import { Flame } from "lucide-react";
import { useState } from "react";
import type { FormEvent, ReactNode } from "react";
import { pairsNeeded } from "@/fingerprint/prover/choosePairs.ts";
import type { BankSheet } from "@/rpc/challengeProtocol.ts";
import { Button } from "@/ui/Button.tsx";
import { Actions, Card } from "@/ui/Card.tsx";
import { ConfirmDialog } from "@/ui/ConfirmDialog.tsx";
import { ErrorNotice } from "@/ui/ErrorNotice.tsx";
import { NumberField } from "@/ui/NumberField.tsx";
import { TextField } from "@/ui/TextField.tsx";
import styles from "./challenges.module.css";
import { copy } from "./copy.ts";
import { burnPairs } from "./desk.ts";

/** How many pairs, for whom. */
export function BurnForm({
  sheet,
  shownOnChain,
}: {
  sheet: BankSheet;
  shownOnChain: readonly number[];
}): ReactNode {
  const onChain = new Set(shownOnChain);
  const free = sheet.pairs.filter(({ index, burnt }) => burnt === null && !onChain.has(index));
  const loud = free.filter(({ mode }) => mode === "loud").length;
  const draws =
    sheet.check === null || sheet.check.state === "unknown" ? 1 : Math.max(1, sheet.check.draws);
  const bound = sheet.bound && sheet.check?.state !== "refuted";
  const needed = pairsNeeded(sheet.width, draws, bound);
  const [count, setCount] = useState<number | null>(Math.min(needed.advised, free.length));
  const [prover, setProver] = useState("");
  const [recipient, setRecipient] = useState("");
  const [asking, setAsking] = useState(false);
  const burn = useMutation({
    mutationFn: (wanted: { count: number; prover: string; recipient: string }) => burnPairs(wanted),
  });
  const wrongCount = count === null || count < 1 || count > free.length;
  const wrongRecipient = recipient !== "" && !/^age1[02-9ac-hj-np-z]{58}$/.test(recipient.trim());
  const ready = !wrongCount && prover.trim() !== "" && recipient.trim() !== "" && !wrongRecipient;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (ready) setAsking(true);
  };
  return (
    <Card title="New challenge" testId="burn-form">
      <form className={styles.stack} onSubmit={submit}>
        <div className={styles.columns}>
          <NumberField
            label="Pairs"
            value={count}
            min={1}
            max={Math.max(1, free.length)}
            onChange={setCount}
            error={wrongCount ? `Between 1 and ${free.length}, which are unburnt.` : null}
            hint={
              <>
                “Proven” through an API takes {needed.allHits} loud pairs if every one is answered;{" "}
                {needed.advised} leave room for some that are not
                {draws > 1 && `, with ${draws} beacons drawn so far`}. {loud} loud ones are unburnt
                and go first.
              </>
            }
          />
          <TextField
            label="Prover's name"
            value={prover}
            maxLength={200}
            autoComplete="off"
            hint="For your burn log, and for the prover."
            onChange={setProver}
          />
          <TextField
            label="Prover's recipient"
            value={recipient}
            autoComplete="off"
            spellCheck={false}
            hint="The line that begins with age1, from the prover's own screen."
            error={wrongRecipient ? "This is not a whole recipient." : null}
            onChange={setRecipient}
          />
        </div>
        <Actions>
          <Button
            kind="primary"
            type="submit"
            icon={<Flame aria-hidden />}
            disabled={!ready}
            busy={burn.isPending}
            data-testid="burn-pairs"
          >
            Spend {count ?? 0} pairs on this prover
          </Button>
        </Actions>
        {burn.error !== null && <ErrorNotice error={burn.error} testId="burn-error" />}
      </form>
      <ConfirmDialog
        danger
        open={asking}
        onOpenChange={setAsking}
        title={`Spend ${count ?? 0} of ${free.length} unburnt pairs?`}
        description={copy.burn}
        confirm="Spend them"
        keep="Keep them"
        onConfirm={() =>
          burn.mutate({ count: count ?? 0, prover: prover.trim(), recipient: recipient.trim() })
        }
      />
    </Card>
  );
}
