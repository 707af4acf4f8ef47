import type { Page } from '@playwright/test';

/** Leaves a mark on the document: it is gone after a reload. */
export async function mark(page: Page): Promise<void> {
  await page.evaluate(() => Object.assign(window, { marked: true }));
}

/** Whether the document is still the one that was marked. */
export function marked(page: Page): Promise<boolean> {
  return page.evaluate(() => 'marked' in window);
}
