import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chartData, toCsv } from "./chartData.ts";
import { envelopeIndices } from "./downsample.ts";
import { SeriesBuffer } from "./seriesBuffer.ts";
import { smooth } from "./smooth.ts";
import { fullTimeText, timeText, utcAsLocal } from "./timeText.ts";

describe("SeriesBuffer", () => {
  it("keeps the newest rows in order, whatever was pushed", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), fc.nat(60), (capacity, count) => {
        const buffer = new SeriesBuffer(["x"], capacity);
        for (let x = 0; x < count; x++) buffer.push({ x });
        const kept = Math.min(count, capacity);
        const expected = Array.from({ length: kept }, (_, index) => count - kept + index);
        expect(Array.from(buffer.view("x"))).toEqual(expected);
        expect(buffer.last("x")).toBe(count === 0 ? null : count - 1);
      }),
    );
  });

  it("forgets what a resumed run will do again", () => {
    const buffer = new SeriesBuffer(["step", "loss"], 8);
    for (let step = 0; step < 6; step++) buffer.push({ step, loss: 10 - step });
    buffer.mark({ x: 5, kind: "evaluation", label: "" });
    buffer.truncateFrom("step", 4);
    buffer.mark({ x: 4, kind: "resume", label: "resumed" });
    expect(Array.from(buffer.view("step"))).toEqual([0, 1, 2, 3]);
    expect(buffer.markers).toEqual([{ x: 4, kind: "resume", label: "resumed" }]);
  });

  it("tells listeners once for a burst", async () => {
    const buffer = new SeriesBuffer(["x"]);
    let calls = 0;
    buffer.subscribe(() => (calls += 1));
    for (let x = 0; x < 1000; x++) buffer.push({ x });
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(calls).toBe(1);
  });
});

describe("smooth", () => {
  it("equals the hand-calculated debiased average and leaves a constant alone", () => {
    // Weight 0.5 on 1, 3: (0.25·1 + 0.5·3) / 0.75.
    expect(Array.from(smooth([1, 3], 0.5))).toEqual([1, 1.75 / 0.75]);
    for (const value of smooth([7, 7, 7, 7], 0.9)) expect(value).toBeCloseTo(7, 12);
    expect(Array.from(smooth([2, Number.NaN, 4], 0))).toEqual([2, Number.NaN, 4]);
  });
});

describe("envelopeIndices", () => {
  it("keeps first, last and both extremes, and never more than asked for by much", () => {
    const values = fc.array(fc.double({ noNaN: true }), { minLength: 1, maxLength: 500 });
    fc.assert(
      fc.property(values, fc.integer({ min: 3, max: 60 }), (column, target) => {
        const kept = Array.from(envelopeIndices([column], column.length, target));
        expect(kept[0]).toBe(0);
        expect(kept.at(-1)).toBe(column.length - 1);
        expect([...kept].sort((a, b) => a - b)).toEqual(kept);
        expect(Math.max(...kept.map((i) => column[i]))).toBe(Math.max(...column));
        expect(Math.min(...kept.map((i) => column[i]))).toBe(Math.min(...column));
        if (column.length > target) expect(kept.length).toBeLessThanOrEqual(target + 1);
      }),
    );
  });
});

describe("chartData", () => {
  const buffer = new SeriesBuffer(["step", "loss", "fsr"]);
  buffer.push({ step: 1, loss: 4 });
  buffer.push({ step: 2, loss: 0, fsr: 0.5 });
  buffer.push({ step: 3, loss: 2 });

  it("takes only rows with a value and leaves out what a log axis cannot show", () => {
    const options = { smoothing: 0, log: true, maxPoints: 100 };
    expect(chartData(buffer, "step", ["fsr"], options)).toEqual([[2], [0.5], [0.5]]);
    expect(chartData(buffer, "step", ["loss"], options)[1]).toEqual([4, null, 2]);
  });

  it("writes CSV with empty cells for what is missing", () => {
    expect(toCsv(buffer, "step", ["loss", "fsr"])).toBe("step,loss,fsr\n1,4,\n2,0,0.5\n3,2,\n");
  });
});

describe("times on an axis", () => {
  // 22 November 2026, 22:05:09 UTC.
  const at = Date.UTC(2026, 10, 22, 22, 5, 9) / 1000;

  it("are as short as their distance allows", () => {
    expect(timeText(at, 1)).toBe("22:05:09");
    expect(timeText(at, 300)).toBe("22 Nov 22:05");
    expect(timeText(at, 86_400)).toBe("22 Nov");
    expect(timeText(at, 30 * 86_400)).toBe("Nov 2026");
    expect(fullTimeText(at)).toBe("2026-11-22 22:05:09");
  });

  it("are placed on round times of UTC wherever the reader is", () => {
    const local = utcAsLocal(at);
    expect([local.getDate(), local.getHours(), local.getMinutes()]).toEqual([22, 22, 5]);
  });

  it("are written out in a file", () => {
    const buffer = new SeriesBuffer(["time", "sum"], 4);
    buffer.push({ time: at, sum: 2 });
    expect(toCsv(buffer, "time", ["sum"], fullTimeText)).toBe("time,sum\n2026-11-22 22:05:09,2\n");
  });
});
