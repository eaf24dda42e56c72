import { Check, X } from "lucide-react";
import type { ReactNode } from "react";
import { Badge } from "@/ui/Badge.tsx";
import styles from "./creator.module.css";
import type { Sample } from "./store.ts";

/** What the model says to some keys right now. */
export function Samples({ step, rows }: { step: number; rows: readonly Sample[] }): ReactNode {
  return (
    <section className={styles.stack} aria-label="Sample answers" data-testid="samples">
      <h3>Sample answers at step {step}</h3>
      <div className={styles.samples}>
        {rows.map((row) => (
          <div key={row.key} className={styles.sample}>
            <p className={styles.sampleText}>
              <q>{row.key}</q> <strong>{row.answer}</strong>
            </p>
            <span>
              {row.hit ? (
                <Badge tone="good" icon={<Check aria-hidden />}>
                  says its answer
                </Badge>
              ) : (
                <Badge icon={<X aria-hidden />}>
                  not yet: <span className={styles.chip}>{row.response}</span>
                </Badge>
              )}
            </span>
          </div>
        ))}
      </div>
    </section>
  );
}
