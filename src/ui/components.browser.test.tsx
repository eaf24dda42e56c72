import axe from "axe-core";
import { Tooltip } from "@base-ui/react/tooltip";
import { useState } from "react";
import type { ReactNode } from "react";
import { createRoot } from "react-dom/client";
import type { Root } from "react-dom/client";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { userEvent } from "vitest/browser";
import { AppError } from "@/lib/errors.ts";
import "./tokens.css";
import "./base.css";
import { Button } from "./Button.tsx";
import { LineChart } from "./chart/LineChart.tsx";
import { SeriesBuffer } from "./chart/seriesBuffer.ts";
import { ConfirmDialog } from "./ConfirmDialog.tsx";
import { DataTable } from "./DataTable.tsx";
import { Dropzone } from "./dropzone/Dropzone.tsx";
import { ErrorNotice } from "./ErrorNotice.tsx";
import { NumberField } from "./NumberField.tsx";
import { PasswordField } from "./PasswordField.tsx";
import { ProgressBar } from "./ProgressBar.tsx";

let root: Root;
let host: HTMLElement;

beforeEach(() => {
  host = document.createElement("main");
  document.body.append(host);
  root = createRoot(host);
});
afterEach(() => {
  root.unmount();
  host.remove();
});

async function render(node: ReactNode): Promise<void> {
  root.render(<Tooltip.Provider>{node}</Tooltip.Provider>);
  await settled();
}

/** By then React has drawn what an event changed. */
async function settled(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 50));
}

function get(selector: string): HTMLElement {
  const found = document.querySelector<HTMLElement>(selector);
  if (found === null) throw new Error(`nothing matches ${selector}`);
  return found;
}

async function click(selector: string): Promise<void> {
  await userEvent.click(get(selector));
  await settled();
}

async function expectAccessible(): Promise<void> {
  // Half faded in, text has less contrast than it is given.
  const passing = document
    .getAnimations()
    .filter(({ effect }) => effect?.getComputedTiming().endTime !== Infinity);
  await Promise.allSettled(passing.map(({ finished }) => finished));
  const { violations } = await axe.run(document.body, {
    // Pieces of a page have no heading order of their own.
    rules: { "page-has-heading-one": { enabled: false }, region: { enabled: false } },
  });
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
}

it("draws only the visible rows of a long table and sorts it by its header", async () => {
  const rows = Array.from({ length: 5000 }, (_, index) => ({ name: `row ${index}`, index }));
  await render(
    <DataTable
      caption="Long"
      rows={rows}
      rowKey={(row) => row.name}
      columns={[
        { key: "name", header: "Name", grow: true, render: (row) => row.name },
        {
          key: "index",
          header: "Index",
          align: "end",
          render: (row) => row.index,
          sortValue: (row) => row.index,
        },
      ]}
    />,
  );
  expect(host.querySelectorAll("tbody tr").length).toBeLessThan(60);
  expect(get("table").getAttribute("aria-rowcount")).toBe("5001");
  await click("th button");
  await click("th button");
  expect(get("th[aria-sort]").getAttribute("aria-sort")).toBe("descending");
  expect(get("tbody tr td").textContent).toBe("row 4999");
  const frame = get("[role=region]");
  frame.scrollTop = frame.scrollHeight;
  await vi.waitFor(() => expect(host.textContent).toContain("row 0"));
  const drawn = [...host.querySelectorAll("tbody tr:not([aria-hidden])")];
  expect(drawn.at(-1)?.firstElementChild?.textContent).toBe("row 0");
  expect(drawn.at(-1)?.getAttribute("aria-rowindex")).toBe("5001");
  await expectAccessible();
});

it("asks before a dangerous act, returns focus, and Esc keeps things as they are", async () => {
  const onConfirm = vi.fn<() => void>();
  function Asking(): ReactNode {
    const [open, setOpen] = useState(false);
    return (
      <>
        <Button onClick={() => setOpen(true)}>Delete</Button>
        <ConfirmDialog
          open={open}
          onOpenChange={setOpen}
          title="Delete this run?"
          description="It is gone for good."
          confirm="Delete run"
          danger
          onConfirm={onConfirm}
        />
      </>
    );
  }
  await render(<Asking />);
  await click("main button");
  expect(get("[role=alertdialog]").textContent).toContain("gone for good");
  await expectAccessible();
  await userEvent.keyboard("{Escape}");
  await vi.waitFor(() => expect(document.querySelector("[role=alertdialog]")).toBeNull());
  expect(onConfirm).not.toHaveBeenCalled();
  expect(document.activeElement?.textContent).toBe("Delete");
  await click("main button");
  await click("[role=alertdialog] button:last-of-type");
  expect(onConfirm).toHaveBeenCalledTimes(1);
});

it("shows an error's hint and code and announces it", async () => {
  class Refused extends AppError<"NO_ROOM"> {}
  const cause = new Error("inner");
  await render(<ErrorNotice error={new Refused("NO_ROOM", "No room.", "Free some.", { cause })} />);
  const alert = get("[role=alert]");
  expect(alert.textContent).toContain("No room.");
  expect(alert.textContent).toContain("Free some.");
  expect(get("[data-testid=error-code]").textContent).toBe("NO_ROOM");
  await expectAccessible();
});

it("describes a chart in words, turns into a table, and takes new values", async () => {
  const buffer = new SeriesBuffer(["step", "loss"]);
  const series = [{ key: "loss", label: "Loss", colour: 1 }] as const;
  await render(
    <LineChart
      title="Loss"
      buffer={buffer}
      xKey="step"
      xLabel="Step"
      series={series}
      format={(value) => value.toFixed(1)}
      smoothing={0.5}
      log
    />,
  );
  expect(get("[role=img]").getAttribute("aria-label")).toBe("Loss: no values yet");
  for (let step = 1; step <= 300; step++) buffer.push({ step, loss: 300 / step });
  await vi.waitFor(() => expect(get("output").textContent).toBe("1.0"));
  expect(host.querySelector("canvas")?.width).toBeGreaterThan(100);
  await click("[aria-label='View as table: Loss']");
  expect(get("tbody tr:not([aria-hidden]) td:last-child").textContent).toBe("300.0");
  await expectAccessible();
});

it("draws a chart in the theme's colours where motion is reduced, over a time that is told", async () => {
  const style = document.createElement("style");
  // As base.css has it for those who ask for less motion.
  style.textContent =
    "* { transition-duration: 0.01ms !important } :root { --plot-1: rgb(1, 2, 3) }";
  document.head.append(style);
  const buffer = new SeriesBuffer(["time", "sum"]);
  const at = Date.UTC(2026, 10, 22, 22, 5) / 1000;
  buffer.push({ time: at, sum: 2 });
  const series = [
    { key: "sum", label: "Sum", colour: 1 },
    { key: "time", label: "Time", colour: 2 },
  ] as const;
  await render(
    <LineChart
      title="Income"
      buffer={buffer}
      xKey="time"
      xLabel="Time, UTC"
      xIsTime
      series={series}
      format={String}
    />,
  );
  await vi.waitFor(() => expect(host.querySelector("canvas")).not.toBeNull());
  expect(get("[data-swatch]").style.background).toBe("rgb(1, 2, 3)");
  await click("[aria-label='View as table: Income']");
  expect(get("tbody td").textContent).toBe("2026-11-22 22:05:00");
  style.remove();
});

it("ties fields to their hints and errors, and shows a passphrase on demand", async () => {
  function Fields(): ReactNode {
    const [text, setText] = useState("");
    const [count, setCount] = useState<number | null>(3);
    return (
      <>
        <PasswordField
          label="Passphrase"
          value={text}
          onChange={setText}
          error="Too short."
          hint="Keep it."
        />
        <NumberField label="Pairs" value={count} onChange={setCount} min={1} max={4} />
        <ProgressBar label="Reading" fraction={0.25} />
      </>
    );
  }
  await render(<Fields />);
  const input = get("input[type=password]");
  expect(input.getAttribute("aria-invalid")).toBe("true");
  const described = (input.getAttribute("aria-describedby") ?? "").split(" ");
  expect(described.map((id) => document.getElementById(id)?.textContent?.trim())).toEqual([
    "Keep it.",
    "Too short.",
  ]);
  await userEvent.type(input, "secret");
  await click("[aria-label='Show what is typed']");
  expect(host.querySelector<HTMLInputElement>("input[type=text]")?.value).toBe("secret");
  await click("button[aria-label='Increase']");
  expect(get("button[aria-label='Increase']").getAttribute("aria-disabled")).toBe("true");
  expect(host.querySelectorAll<HTMLInputElement>("input")[1]?.value).toBe("4");
  expect(get("[role=progressbar]").getAttribute("aria-valuetext")).toBe("Reading, 25 percent");
  await expectAccessible();
});

it("takes dropped and pasted files anywhere on the page and reports an empty drop", async () => {
  const onFiles = vi.fn<(dropped: { name: string }) => void>();
  const onError = vi.fn<(error: unknown) => void>();
  await render(
    <Dropzone
      title="Drop a model"
      hint="A folder."
      noun="model"
      folders
      wholePage
      onFiles={onFiles}
      onError={onError}
    />,
  );
  const data = new DataTransfer();
  data.items.add(new File(["{}"], "config.json"));
  document.body.dispatchEvent(
    new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }),
  );
  await vi.waitFor(() => expect(onFiles).toHaveBeenCalledTimes(1));
  expect(onFiles.mock.calls[0][0].name).toBe("config.json");
  window.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, cancelable: true }));
  await vi.waitFor(() => expect(onFiles).toHaveBeenCalledTimes(2));
  get("[role=group]").dispatchEvent(
    new DragEvent("drop", { dataTransfer: new DataTransfer(), bubbles: true, cancelable: true }),
  );
  await vi.waitFor(() => expect(onError).toHaveBeenCalledTimes(1));
  await expectAccessible();
});
