import { CircleCheck, CircleDashed } from "lucide-react";
import type { ReactNode } from "react";
import type { Stamp } from "@/chain/indexer/log.ts";
import type { Epoch, Model } from "@/chain/indexer/state.ts";
import { Hex } from "../shared/market/ChainText.tsx";
import { dateText } from "../shared/market/describe.ts";
import styles from "./market.module.css";

/** Each epoch's three steps, with the block in which each was taken. */
export function Timeline({ model }: { model: Model }): ReactNode {
  return model.epochs
    .toReversed()
    .map((epoch) => (
      <EpochSteps key={epoch.epoch} epoch={epoch} only={model.epochs.length === 1} />
    ));
}

function EpochSteps({ epoch, only }: { epoch: Epoch; only: boolean }): ReactNode {
  const draws = epoch.draws === 1 ? "" : `, drawn ${epoch.draws} times`;
  return (
    <div>
      {!only && <h3>Epoch {epoch.epoch}</h3>}
      <ol className={styles.timeline}>
        <Step
          title={`Committed ${epoch.count} fingerprints of ${epoch.width} candidates`}
          stamp={epoch.committed}
          hash={epoch.root}
          label="root"
        />
        <Step
          title={epoch.sealed === null ? "Beacon not sealed yet" : `Beacon sealed${draws}`}
          stamp={epoch.sealed}
          hash={epoch.beacon}
          label="beacon"
        />
        <Step
          title={epoch.released === null ? "Weights not released yet" : "Weights released"}
          stamp={epoch.released}
          hash={epoch.weightsHash}
          label="hash of the weights"
        />
      </ol>
    </div>
  );
}

function Step({
  title,
  stamp,
  hash,
  label,
}: {
  title: string;
  stamp: Stamp | null;
  hash: string | null;
  label: string;
}): ReactNode {
  return (
    <li data-done={stamp !== null}>
      {stamp === null ? <CircleDashed aria-hidden /> : <CircleCheck aria-hidden />}
      <div>
        <div>{title}</div>
        {stamp !== null && (
          <div className={styles.soft}>
            block {stamp.block.toLocaleString("en-GB")}, {dateText(stamp.timeSeconds)}
          </div>
        )}
        {stamp !== null && hash !== null && <Hex value={hash} label={label} />}
      </div>
    </li>
  );
}
