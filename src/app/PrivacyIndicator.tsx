import { ShieldCheck } from "lucide-react";
import type { ReactNode } from "react";
import { Popover } from "@/ui/Popover.tsx";
import { cx } from "@/ui/cx.ts";
import styles from "./app.module.css";
import { pagePolicy } from "./policy.ts";
import { useOfflineReady } from "./useOfflineReady.ts";

/** Says that nothing was sent, and what makes that more than a promise. */
export function PrivacyIndicator(): ReactNode {
  const offline = useOfflineReady();
  const connect = pagePolicy()
    ?.split("; ")
    .find((directive) => directive.startsWith("connect-src"));
  return (
    <Popover
      title="Nothing is sent"
      trigger={
        <button
          type="button"
          className={cx(styles.pill, styles.private)}
          data-testid="privacy"
          data-offline={offline ? "ready" : "not-ready"}
        >
          <ShieldCheck aria-hidden />
          <span>
            0 bytes<span className={styles.pillText}> left this device</span>
          </span>
        </button>
      }
    >
      <p>
        Models, keys and passphrases are read and used on this device only. The browser itself
        enforces it: this page may connect to its own origin and nowhere else.
      </p>
      {offline && (
        <p>
          The studio is stored in this browser: with the network off, everything goes on working.
        </p>
      )}
      <code className={styles.policy}>
        {connect ?? "Development build: the policy is part of the built studio."}
      </code>
    </Popover>
  );
}
