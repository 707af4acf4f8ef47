import type { Page } from '@playwright/test';

/** What does not fit between the page's edges: the page itself, or words that are cut off. */
export function wide(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    const faults: string[] = [];
    const whole = document.documentElement.scrollWidth;
    if (whole > width) faults.push(`the page is ${whole} px wide`);
    // Whoever shortens words with an ellipsis does so on purpose.
    const shortened = (element: Element | null): boolean =>
      element !== null && (getComputedStyle(element).textOverflow === 'ellipsis' || shortened(element.parentElement));
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const range = document.createRange();
    for (let text = texts.nextNode(); text; text = texts.nextNode()) {
      const parent = text.parentElement!;
      if (!parent.checkVisibility() || parent.closest('.visually-hidden, .skip-link') || shortened(parent)) continue;
      range.selectNodeContents(text);
      const out = [...range.getClientRects()].some((line) => line.right > width + 1 || line.left < -1);
      if (out && text.textContent?.trim()) faults.push(`cut off: ${text.textContent}`);
    }
    return faults;
  });
}
