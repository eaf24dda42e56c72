import { Fingerprint } from "lucide-react";
import { useState } from "react";
import type { FormEvent, ReactNode } from "react";
import { keysNeeded, log10ECeiling } from "@/fingerprint/statistics/thresholds.ts";
import type { FingerprintSettings } from "@/rpc/protocols.ts";
import { Button } from "@/ui/Button.tsx";
import { Card } from "@/ui/Card.tsx";
import { ChoiceCards } from "@/ui/ChoiceCards.tsx";
import { Disclosure } from "@/ui/Disclosure.tsx";
import { NumberField } from "@/ui/NumberField.tsx";
import { Select } from "@/ui/Select.tsx";
import { DEVICE_CHOICES } from "../shared/describe.ts";
import { passphraseStrength } from "../shared/passphrase.ts";
import { AdvancedSettings } from "./AdvancedSettings.tsx";
import { BindingFields, isOwner, useOwner } from "./BindingFields.tsx";
import { copy, MIXES } from "./copy.ts";
import styles from "./creator.module.css";
import { PassphraseFields } from "./PassphraseFields.tsx";
import { startCommit, startRun } from "./runActions.ts";
import { isActive, useCreator } from "./store.ts";

/** What a vocabulary of 2,000 tokens or more gets. */
const DEFAULT_WIDTH = 16;

export function SettingsStep(): ReactNode {
  const settings = useCreator((state) => state.settings);
  const setSettings = useCreator((state) => state.setSettings);
  const usable = useCreator((state) => state.model?.summary?.tokenizer != null);
  const active = useCreator((state) => isActive(state.run));
  const [passphrase, setPassphrase] = useState("");
  const [repeated, setRepeated] = useState("");
  const [asked, setAsked] = useState(false);
  const bound = useCreator((state) => state.bound);
  const owner = useOwner();
  const ready =
    passphraseStrength(passphrase).acceptable &&
    passphrase === repeated &&
    usable &&
    (!bound || isOwner(owner));

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setAsked(true);
    if (!ready || active) return;
    setAsked(false);
    setPassphrase("");
    setRepeated("");
    void (bound ? startCommit(passphrase, owner) : startRun(passphrase));
  };
  return (
    <Card title="Bank" note={copy.settings} testId="settings-card">
      <form className={styles.stack} onSubmit={submit} noValidate>
        <ChoiceCards
          legend="How the pairs are embedded"
          value={settings.mix}
          choices={MIXES}
          onChange={(mix) => setSettings({ mix })}
        />
        <div className={styles.columns}>
          <NumberField
            label="Pairs"
            hint={<PairsHint settings={settings} bound={bound || settings.beacon !== null} />}
            value={settings.pairs}
            min={1}
            max={4096}
            onChange={(pairs) => setSettings({ pairs: pairs ?? 32 })}
          />
          <Select
            label="Candidates per key"
            hint="More candidates, more evidence a key."
            value={settings.width === null ? "auto" : String(settings.width)}
            options={[
              { value: "auto", label: "By vocabulary (16 or 8)" },
              ...[4, 8, 16, 32, 64].map((k) => ({ value: String(k), label: String(k) })),
            ]}
            onChange={(value) => setSettings({ width: value === "auto" ? null : Number(value) })}
          />
          <Select
            label="Device"
            hint="Automatic takes the GPU when there is a real one."
            value={settings.device}
            options={DEVICE_CHOICES}
            onChange={(device) => setSettings({ device })}
          />
        </div>
        <BindingFields showErrors={asked} />
        <PassphraseFields
          passphrase={passphrase}
          repeated={repeated}
          onPassphrase={setPassphrase}
          onRepeated={setRepeated}
          showErrors={asked}
        />
        <Disclosure title="Advanced">
          <AdvancedSettings />
        </Disclosure>
        <div className={styles.foot}>
          <Button
            kind="primary"
            size="large"
            type="submit"
            disabled={active || !usable}
            icon={<Fingerprint aria-hidden />}
            data-testid="start-run"
          >
            {bound ? "Make the bank and commit" : "Fingerprint this model"}
          </Button>
          <span className={styles.footNote}>{copy.hidden}</span>
        </div>
      </form>
    </Card>
  );
}

/** Beacons that a registry may have drawn by the time of an audit; each raises what "Proven" takes. */
const PLANNED_DRAWS = 1_000;

/** What so many pairs can show, and how many the strongest word takes. */
function PairsHint({
  settings,
  bound,
}: {
  settings: FingerprintSettings;
  bound: boolean;
}): ReactNode {
  const width = settings.width ?? DEFAULT_WIDTH;
  const ceiling = Math.floor(log10ECeiling(settings.pairs, width));
  const needed = keysNeeded(width, bound ? PLANNED_DRAWS : 1, bound);
  return (
    <>
      Can reach odds of 1 in 10<sup>{ceiling}</sup>.{" "}
      {settings.pairs < needed &&
        `“Proven” takes about ${needed} pairs${bound ? "" : " without a beacon"}.`}
    </>
  );
}
