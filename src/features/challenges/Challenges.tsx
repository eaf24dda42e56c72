import type { ReactNode } from "react";
import { Screen } from "@/ui/Screen.tsx";
import { Tabs } from "@/ui/Tabs.tsx";
import styles from "./challenges.module.css";
import { copy } from "./copy.ts";
import { IdentityCard } from "./IdentityCard.tsx";
import { OwnerDesk } from "./OwnerDesk.tsx";
import { PackageCard } from "./PackageCard.tsx";

/** Both ends of a challenge package; needs no chain. */
export function Challenges(): ReactNode {
  return (
    <Screen title={copy.title} lead={copy.lead}>
      <Tabs
        tabs={[
          { value: "owner", label: "For an owner", content: <OwnerDesk /> },
          {
            value: "prover",
            label: "For a prover",
            content: (
              <div className={styles.stack}>
                <IdentityCard />
                <PackageCard />
              </div>
            ),
          },
        ]}
      />
    </Screen>
  );
}
