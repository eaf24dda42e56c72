import { Tabs as Base } from "@base-ui/react/tabs";
import type { ReactNode } from "react";
import styles from "./layout.module.css";

export interface TabEntry {
  value: string;
  label: string;
  content: ReactNode;
}

export function Tabs({ tabs }: { tabs: readonly TabEntry[] }): ReactNode {
  return (
    <Base.Root defaultValue={tabs[0].value}>
      <Base.List className={styles.tabs}>
        {tabs.map((tab) => (
          <Base.Tab key={tab.value} value={tab.value} className={styles.tab}>
            {tab.label}
          </Base.Tab>
        ))}
      </Base.List>
      {tabs.map((tab) => (
        <Base.Panel key={tab.value} value={tab.value} className={styles.panel}>
          {tab.content}
        </Base.Panel>
      ))}
    </Base.Root>
  );
}
