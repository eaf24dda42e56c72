import { useState } from "react";
import type { ReactNode } from "react";
import type { TrainableChoice } from "@/rpc/protocols.ts";
import { NumberField } from "@/ui/NumberField.tsx";
import { Select } from "@/ui/Select.tsx";
import { TextArea, TextField } from "@/ui/TextField.tsx";
import { TRAINABLE } from "./copy.ts";
import styles from "./creator.module.css";
import { useCreator } from "./store.ts";

const TRAINABLE_OPTIONS: readonly { value: TrainableChoice | "auto"; label: string }[] = [
  { value: "auto", label: "By model size" },
  { value: "full", label: TRAINABLE.full.label },
  { value: "body", label: TRAINABLE.body.label },
  { value: "downProj", label: TRAINABLE.downProj.label },
  { value: "lora", label: TRAINABLE.lora.label },
];

export function AdvancedSettings(): ReactNode {
  const settings = useCreator((state) => state.settings);
  const set = useCreator((state) => state.setSettings);
  const bound = useCreator((state) => state.bound);
  const [beacon, setBeacon] = useState(settings.beacon ?? "");
  const [keys, setKeys] = useState(settings.ownKeys.join("\n"));
  const beaconValid = beacon === "" || /^(0x)?[0-9a-f]{64}$/i.test(beacon);
  return (
    <div className={styles.stack}>
      <div className={styles.columns}>
        <Select
          label="What is trained"
          value={settings.trainable}
          options={TRAINABLE_OPTIONS}
          onChange={(trainable) => set({ trainable })}
        />
        <NumberField
          label="Most steps"
          optional
          placeholder="by recipe"
          value={settings.maxSteps}
          min={1}
          step={50}
          onChange={(maxSteps) => set({ maxSteps })}
        />
        <NumberField
          label="Learning rate"
          optional
          placeholder="by recipe"
          value={settings.learningRate}
          min={0.0000001}
          max={1}
          step={0.0001}
          onChange={(learningRate) => set({ learningRate })}
        />
        <NumberField
          label="Nucleus mass"
          hint="Candidates are taken from just outside it."
          optional
          placeholder="by model size"
          value={settings.nucleusMass}
          min={0.3}
          max={0.99}
          step={0.05}
          onChange={(nucleusMass) => set({ nucleusMass })}
        />
      </div>
      {!bound && (
        <TextField
          label="Beacon"
          optional
          hint="64 hex digits that nobody could have known before the commitment. Without one, verdicts need 2^40 times more evidence."
          error={beaconValid ? null : "A beacon has exactly 64 hexadecimal digits."}
          value={beacon}
          spellCheck={false}
          onChange={(text) => {
            const value = text.trim();
            setBeacon(value);
            const valid = /^(0x)?[0-9a-f]{64}$/i.test(value);
            set({ beacon: valid ? value.replace(/^0x/i, "").toLowerCase() : null });
          }}
        />
      )}
      <TextArea
        label="Own keys"
        optional
        hint="One a line; they are used before generated ones."
        value={keys}
        onChange={(text) => {
          setKeys(text);
          set({
            ownKeys: text
              .split("\n")
              .map((line) => line.trim())
              .filter(Boolean),
          });
        }}
      />
    </div>
  );
}
