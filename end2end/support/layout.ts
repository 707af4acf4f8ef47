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

/** What is too small for the elder version: text under 20 px, and targets under 60. */
export function small(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const faults: string[] = [];
    const isSeen = (element: Element) =>
      element.checkVisibility() && !element.closest('.visually-hidden, .skip-link, svg:not(.chart)');
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let text = texts.nextNode(); text; text = texts.nextNode()) {
      const size = Number.parseFloat(getComputedStyle(text.parentElement!).fontSize);
      if (text.textContent?.trim() && size < 20 && isSeen(text.parentElement!)) {
        faults.push(`${size} px: ${text.textContent}`);
      }
    }
    for (const target of document.querySelectorAll('button, a.button, .ticket__facts a, input:not([type=hidden])')) {
      const { width, height } = target.getBoundingClientRect();
      if (isSeen(target) && Math.min(width, height) < 60) faults.push(`${width} x ${height} px: ${target.outerHTML}`);
    }
    return faults;
  });
}
