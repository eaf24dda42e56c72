import { Plus, Trash2 } from "lucide-react";
import type { ReactNode } from "react";
import { revenueSplitterAbi } from "@/chain/generated/revenueSplitter.ts";
import { readContributors, showPpm } from "@/chain/registration/readDraft.ts";
import { contractCall } from "@/chain/transactions/send.ts";
import type { ContributorDraft } from "@/rpc/registration.ts";
import { Button } from "@/ui/Button.tsx";
import { Actions, Card } from "@/ui/Card.tsx";
import { IconButton } from "@/ui/IconButton.tsx";
import { TextField } from "@/ui/TextField.tsx";
import { shortHex } from "../shared/chainText.ts";
import { copy } from "./copy.ts";
import styles from "./register.module.css";
import { SendButton } from "./SendButton.tsx";
import type { OpenRegistration } from "./useRegistration.ts";

/** Who made the model, and what each of them holds. */
export function SharesStep({ open }: { open: OpenRegistration }): ReactNode {
  const { registration, deployment } = open;
  const { draft } = registration;
  const rows = draft.contributors;
  const reading = readContributors(rows);
  const set = (contributors: readonly ContributorDraft[]): void =>
    open.dispatch({ type: "edited", draft: { ...draft, contributors } });
  const problem = (row: number | ""): string | null =>
    reading.ok ? null : (reading.problems[row] ?? null);
  const call =
    reading.ok && registration.model !== null
      ? contractCall({
          address: deployment.contracts.splitter,
          abi: revenueSplitterAbi,
          functionName: "openShares",
          args: [BigInt(registration.model), reading.value.holders, reading.value.amounts],
        })
      : null;
  return (
    <Card title="Contributors" note={copy.shares} testId="shares-card">
      <div className={styles.stack}>
        {rows.map((row, at) => (
          // oxlint-disable-next-line react/no-array-index-key -- rows have no name but their place
          <div key={at} className={styles.row}>
            <TextField
              label={`Address ${at + 1}`}
              value={row.address}
              error={problem(at)}
              spellCheck={false}
              autoComplete="off"
              onChange={(address) =>
                set(rows.map((each, place) => (place === at ? { ...each, address } : each)))
              }
            />
            <TextField
              label={`Shares ${at + 1}`}
              value={row.shares}
              inputMode="numeric"
              onChange={(shares) =>
                set(rows.map((each, place) => (place === at ? { ...each, shares } : each)))
              }
            />
            <IconButton
              label={`Remove contributor ${at + 1}`}
              icon={<Trash2 />}
              disabled={rows.length === 1}
              onClick={() => set(rows.filter((_, place) => place !== at))}
            />
          </div>
        ))}
        {problem("") !== null && (
          <p className={styles.problem} role="alert">
            {problem("")}
          </p>
        )}
        <Actions>
          <Button
            icon={<Plus aria-hidden />}
            onClick={() => set([...rows, { address: "", shares: "" }])}
          >
            Add a contributor
          </Button>
        </Actions>
        <SendButton
          open={open}
          action="shares"
          label="Open the shares"
          review={
            reading.ok
              ? reading.value.holders.map((holder, at) => ({
                  label: shortHex(holder),
                  value: reading.value.amounts[at].toLocaleString("en-GB"),
                  note: showPpm(reading.value.amounts[at]),
                }))
              : []
          }
          warning="Shares are opened once. From then on only their holders can pass them on."
          call={call}
        />
      </div>
    </Card>
  );
}
