import type { ReactNode } from "react";
import { Card } from "@/ui/Card.tsx";
import { Select } from "@/ui/Select.tsx";
import { Switch } from "@/ui/Switch.tsx";
import { Screen } from "@/ui/Screen.tsx";
import { DEVICE_CHOICES, deviceName } from "../shared/describe.ts";
import { useDevice } from "../shared/device.ts";
import { usePreferences } from "../shared/preferences.ts";
import type { Theme } from "../shared/preferences.ts";
import styles from "./settings.module.css";
import { StorageCard } from "./StorageCard.tsx";

const THEMES: readonly { value: Theme; label: string }[] = [
  { value: "auto", label: "As the system" },
  { value: "light", label: "Light" },
  { value: "dark", label: "Dark" },
];

export function Settings({ policy }: { policy: string | null }): ReactNode {
  const { theme, device, keepAwake, set } = usePreferences();
  const probe = useDevice((state) => state.probe);
  return (
    <Screen title="Settings" lead="Kept in this browser. Nothing here is sent anywhere.">
      <Card title="Studio">
        <div className={styles.columns}>
          <Select
            label="Theme"
            value={theme}
            options={THEMES}
            onChange={(chosen) => set({ theme: chosen })}
          />
          <Select
            label="Device for new work"
            hint={probe === null ? undefined : `This browser offers: ${deviceName(probe)}`}
            value={device}
            options={DEVICE_CHOICES}
            onChange={(chosen) => set({ device: chosen })}
          />
        </div>
        <Switch
          label="Keep the screen on while a run is going"
          checked={keepAwake}
          onChange={(checked) => set({ keepAwake: checked })}
        />
      </Card>
      <StorageCard />
      <Card title="What leaves this device">
        <div className={styles.prose}>
          <p>
            Nothing. Weights are read where they are, in workers; keys and passphrases stay in
            memory or in the encrypted bank. The page's content security policy lets the browser
            connect to the studio's own origin and nowhere else, and the browser enforces it.
          </p>
          <p>
            What you send to a chain is another matter: a wallet sends it, at your word, and
            addresses, amounts, hashes and texts on a chain are public for good.
          </p>
          {policy === null ? (
            <p>This is a development build; the policy is part of the built studio.</p>
          ) : (
            <pre className={styles.policy}>{policy.replaceAll("; ", ";\n")}</pre>
          )}
        </div>
      </Card>
      <Card title="About">
        <div className={styles.prose}>
          <p>
            Signet is a studio for fingerprinting open-weight language models, in a browser tab, on
            WebGPU. MIT licence. Typefaces: Inter and Source Serif 4, SIL Open Font Licence.
          </p>
        </div>
      </Card>
    </Screen>
  );
}
