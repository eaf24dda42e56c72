import { Send, ShieldCheck } from "lucide-react";
import type { ReactNode } from "react";
import { formatBytes } from "@/lib/format.ts";
import { Popover } from "@/ui/Popover.tsx";
import { cx } from "@/ui/cx.ts";
import styles from "./app.module.css";
import { pagePolicy } from "./policy.ts";
import { useSent } from "./sentStore.ts";
import { useOfflineReady } from "./useOfflineReady.ts";

/** Says what was sent, which is nothing until a host is called, and what makes that more than a promise. */
export function PrivacyIndicator(): ReactNode {
  const offline = useOfflineReady();
  const byHost = useSent((state) => state.byHost);
  const sentBytes = [...byHost.values()].reduce((sum, bytes) => sum + bytes, 0);
  const connect = pagePolicy()
    ?.split("; ")
    .find((directive) => directive.startsWith("connect-src"));
  return (
    <Popover
      title={sentBytes === 0 ? "Nothing is sent" : "What was sent"}
      trigger={
        <button
          type="button"
          className={cx(styles.pill, sentBytes === 0 && styles.private)}
          data-testid="privacy"
          data-offline={offline ? "ready" : "not-ready"}
        >
          {sentBytes === 0 ? <ShieldCheck aria-hidden /> : <Send aria-hidden />}
          <span>
            {sentBytes === 0 ? "0 bytes" : formatBytes(sentBytes)}
            <span className={styles.pillText}> left this device</span>
          </span>
        </button>
      }
    >
      {sentBytes > 0 && (
        <p>
          Since this page was opened you asked{" "}
          {[...byHost].map(([host, bytes]) => `${host} (${formatBytes(bytes)})`).join(", ")}. What
          you ask a host leaves this device, through the studio's own server.
        </p>
      )}
      <p>
        Models, banks and passphrases are read and used on this device only. The browser itself
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
