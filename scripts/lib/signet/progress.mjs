// @ts-check
import { oneLine } from "../badInput.mjs";

const PLAIN_INTERVAL_MS = 10_000;

/** @param {number} ms */
export function duration(ms) {
  const seconds = Math.round(ms / 1000);
  if (seconds < 90) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${(minutes / 60).toFixed(1)} h`;
}

/**
 * What an event says in one line; null for those that say nothing or that show keys.
 *
 * @param {any} event of any worker protocol
 * @returns {{ text: string, milestone: boolean } | null}
 */
export function describeEvent(event) {
  switch (event?.type) {
    case "phase": {
      const share =
        typeof event.fraction === "number" ? ` ${Math.floor(event.fraction * 100)} %` : "";
      const name = event.phase === undefined ? "" : `${event.phase}: `;
      const text = oneLine(`${name}${event.note}${share}`);
      return { text, milestone: event.fraction === null || event.fraction === 0 };
    }
    case "device": {
      const { kind, name, notice } = event.device;
      return {
        text: oneLine(`device: ${kind} (${name})${notice ? `. ${notice}` : ""}`),
        milestone: true,
      };
    }
    case "metrics":
      return { text: describeMetrics(event.metrics), milestone: false };
    case "recovered":
      return { text: oneLine(event.message), milestone: true };
    case "gate": {
      const { name, passed, note, value, bound } = event.gate;
      const figures = `${Number(value.toPrecision(3))}, bound ${Number(bound.toPrecision(3))}`;
      return {
        text: oneLine(`gate ${name}: ${passed ? "passed" : "failed"} (${figures}). ${note}`),
        milestone: true,
      };
    }
    case "progress":
      return { text: `${Math.floor(event.fraction * 100)} %`, milestone: false };
    case "observation": {
      const { index, log10E } = event.observation;
      return { text: `key ${index + 1}: log10 E ${log10E.toFixed(2)}`, milestone: false };
    }
    default:
      return null;
  }
}

/** @param {any} metrics StepMetrics */
function describeMetrics(metrics) {
  const parts = [`step ${metrics.step}`, `loss ${metrics.loss.toFixed(4)}`];
  if (typeof metrics.fsr === "number") parts.push(`FSR ${Math.round(metrics.fsr * 100)} %`);
  if (typeof metrics.log10E === "number") parts.push(`log10 E ${metrics.log10E.toFixed(1)}`);
  parts.push(`${Math.round(metrics.tokensPerSecond)} tokens/s`);
  if (typeof metrics.etaMs === "number") parts.push(`${duration(metrics.etaMs)} left`);
  return parts.join(" · ");
}

/**
 * One updating line on a terminal, occasional plain lines elsewhere. Plain lines are held back until
 * `accept`, so that bad input is answered with one line alone.
 */
export class Progress {
  /** @param {NodeJS.WriteStream} [stream] */
  constructor(stream = process.stderr) {
    this.stream = stream;
    this.live = stream.isTTY;
    this.accepted = false;
    /** @type {string[]} */
    this.held = [];
    this.lastPlainMs = 0;
    this.lineShown = false;
  }

  /** @param {any} event */
  event(event) {
    const described = describeEvent(event);
    if (described !== null) this.say(described.text, described.milestone);
  }

  /** @param {string} text @param {boolean} [milestone] said at once, even away from a terminal */
  say(text, milestone = true) {
    if (this.live) {
      const width = Math.max(20, (this.stream.columns ?? 80) - 1);
      this.stream.write(`\r\u001b[K${text.slice(0, width)}`);
      this.lineShown = true;
      return;
    }
    const now = performance.now();
    if (!milestone && now - this.lastPlainMs < PLAIN_INTERVAL_MS) return;
    this.lastPlainMs = now;
    if (this.accepted) this.stream.write(`${text}\n`);
    else this.held.push(text);
  }

  /** The input has proved sound: what was held back may be said. */
  accept() {
    if (this.accepted) return;
    this.accepted = true;
    for (const text of this.held) this.stream.write(`${text}\n`);
    this.held = [];
  }

  /** Clears the updating line, so that what follows stands alone. */
  clear() {
    if (this.lineShown) this.stream.write("\r\u001b[K");
    this.lineShown = false;
    this.held = [];
  }

  /** A line that stays. @param {string} text */
  note(text) {
    this.clear();
    this.stream.write(`${text}\n`);
  }
}
