import { AxeBuilder } from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";

/** Asserts that axe finds nothing serious or critical on the screen that is open. */
export async function expectAccessible(page: Page, screen = "screen"): Promise<void> {
  expect(await seriousProblems(page), screen).toEqual([]);
}

/** What axe finds serious or critical by the rules of WCAG 2.2 AA. */
async function seriousProblems(page: Page): Promise<string[]> {
  // Half faded in, text has less contrast than it is given; a new theme begins a frame later.
  await page.evaluate(async () => {
    for (let frames = 0; frames < 2; frames++) await new Promise(requestAnimationFrame);
    const passing = document
      .getAnimations()
      .filter(({ effect }) => effect?.getComputedTiming().endTime !== Infinity);
    await Promise.allSettled(passing.map(({ finished }) => finished));
  });
  const { violations } = await new AxeBuilder({ page })
    .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"])
    .analyze();
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(" ")).join(", ")}`);
}
