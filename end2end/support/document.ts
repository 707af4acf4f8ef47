import { expect, type Page } from '@playwright/test';

/** Leaves a mark on the document: it is gone after a reload. */
export async function mark(page: Page): Promise<void> {
  await page.evaluate(() => Object.assign(window, { marked: true }));
}

/** Whether the document is still the one that was marked. */
export function marked(page: Page): Promise<boolean> {
  return page.evaluate(() => 'marked' in window);
}

/** Waits until every island of the page is awake: until then its forms are plain ones. */
export async function awake(page: Page): Promise<void> {
  await expect(page.locator('leptos-island[data-awake]').first()).toBeAttached();
  await expect(page.locator('leptos-island:not([data-awake])')).toHaveCount(0);
}

/** Waits until the page is as awake as it gets in this browser. */
export async function settled(page: Page): Promise<void> {
  // Looked at with every frame: asked from here, a page that needs a moment would be waited for ten times as long.
  await page.waitForFunction(
    () => {
      const scripted = 'jinquan' in window && document.documentElement.dataset.islands !== 'off';
      return !scripted || !document.querySelector('leptos-island:not([data-awake])');
    },
    undefined,
    { timeout: 10_000 },
  );
}
