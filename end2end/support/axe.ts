import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from '@playwright/test';
import type * as Axe from 'axe-core';

declare const axe: typeof Axe;

const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
/** Rules that look at colours: the only ones that another theme can break. */
const colours = ['color-contrast', 'link-in-text-block'];

const everything: Axe.RunOptions = { runOnly: { type: 'tag', values: tags } };
const onlyColours: Axe.RunOptions = { runOnly: { type: 'rule', values: colours } };

/** The rules as a script for the page. Reading it takes as long as judging a small page, so a document gets it once. */
const script = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What is wrong with the page as it stands, in words that lead to the place: all rules in the light, in the dark those
 * that look at colours. */
export function faults(page: Page, theme: 'light' | 'dark'): Promise<string[]> {
  return violations(page, theme === 'light' ? everything : onlyColours);
}

/** What axe calls wrong with the page as it stands. */
async function violations(page: Page, options: Axe.RunOptions): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(script);
  // Only the words come back: the rules that a page keeps would be most of the answer.
  return page.evaluate(async (asked) => {
    const { violations } = await axe.run(document, { ...asked, resultTypes: ['violations'] });
    return violations.flatMap(({ id, nodes }) =>
      nodes.map((node) => `${id}: ${node.target.join(' ')}: ${node.any[0]?.message ?? node.failureSummary}`),
    );
  }, options);
}
