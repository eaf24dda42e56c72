import { useState } from "react";
import type { ReactNode } from "react";
import { deterrenceOf } from "@/chain/proving/deterrence.ts";
import { readCoin, readPpm } from "@/chain/proving/readInput.ts";
import { formatPercent } from "@/lib/format.ts";
import { Card } from "@/ui/Card.tsx";
import { Stats } from "@/ui/Stat.tsx";
import { TextField } from "@/ui/TextField.tsx";
import styles from "./provers.module.css";
import type { Proving } from "./useProving.ts";

const PLACE = 10n ** 12n;

/** p = 1 − (1 − α)ⁿ and the collateral that goes with it. */
export function Deterrence({ proving }: { proving: Proving }): ReactNode {
  const [alpha, setAlpha] = useState("10");
  const [questions, setQuestions] = useState("20");
  const [gain, setGain] = useState("1");
  const ppm = readPpm(alpha);
  const n =
    /^\d{1,5}$/.test(questions.trim()) && Number(questions) <= 10_000 ? Number(questions) : null;
  const wei = readCoin(gain);
  const found = ppm === null || n === null || wei === null ? null : deterrenceOf(ppm, n, wei);
  const { coin } = proving;
  // To six places, up: less would not be enough.
  const enough = (sum: bigint): string => coin(((sum + PLACE - 1n) / PLACE) * PLACE);
  return (
    <Card
      title="What deters"
      testId="deterrence"
      note="Serving without a licence does not pay where being caught costs at least gain · (1 − p) / p, with p = 1 − (1 − α)ⁿ. A receipt costs half of the collateral, so collateral is twice that."
    >
      <div className={styles.fields}>
        <TextField
          label="α: chance that one question catches, in percent"
          value={alpha}
          inputMode="decimal"
          error={ppm === null ? "From 0 to 100." : null}
          onChange={setAlpha}
        />
        <TextField
          label="n: questions asked"
          value={questions}
          inputMode="numeric"
          error={n === null ? "A whole number up to 10,000." : null}
          onChange={setQuestions}
        />
        <TextField
          label="Gain from serving without licence"
          value={gain}
          inputMode="decimal"
          error={wei === null ? "Enter an amount above 0." : null}
          onChange={setGain}
        />
      </div>
      {found !== null && (
        <Stats
          entries={[
            { label: "p: caught at least once", value: formatPercent(found.caught, 2) },
            {
              label: "Being caught must cost",
              value: found.loss === null ? "no sum is enough" : enough(found.loss),
            },
            {
              label: "Collateral for that",
              value: (
                <span data-testid="deterring-collateral">
                  {found.collateral === null ? "no sum is enough" : enough(found.collateral)}
                </span>
              ),
            },
          ]}
        />
      )}
    </Card>
  );
}
