import { createHash } from 'node:crypto';
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
const allButColours: Axe.RunOptions = {
  ...everything,
  rules: Object.fromEntries(colours.map((rule) => [rule, { enabled: false }])),
};

/** The rules as a script for the page. Reading it takes as long as judging a small page, so a document gets it once. */
const script = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Judges the looks of one person's pages: all rules in the light, in the dark those that look at colours. */
export class Judge {
  readonly #page: Page;
  /** What was judged already: the same words in another language have the same colours, on the same ground. */
  readonly #seen = new Set<string>();

  constructor(page: Page) {
    this.#page = page;
  }

  /** What is wrong with the page as it stands, in words that lead to the place. */
  async faults(theme: 'light' | 'dark'): Promise<string[]> {
    const before = this.#seen.size;
    for (const one of await colourings(this.#page)) this.#seen.add(one);
    const isNew = this.#seen.size > before;
    if (theme === 'light') return violations(this.#page, isNew ? everything : allButColours);
    return isNew ? violations(this.#page, onlyColours) : [];
  }
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

/** All that the rules about colours read of an element besides the words and the ground that it stands on. */
const read = [
  ...['color-scheme', 'color', 'background-color', 'background-image', 'opacity', 'filter', 'mix-blend-mode'],
  ...['font-size', 'font-weight', 'text-shadow', '-webkit-text-stroke', 'text-decoration', 'text-indent'],
  ...['visibility', 'position', 'z-index', 'float', 'display', 'overflow', 'clip', 'clip-path', 'transform'],
  ...['outline', 'border'],
];

/** Each way in which something on the page is coloured, on its whole ground: one for all that are coloured alike. */
async function colourings(page: Page): Promise<Set<string>> {
  const elements = await page.evaluate((read) => {
    const found: [ground: number, own: string][] = [];
    const walk = (element: Element, ground: number) => {
      const style = getComputedStyle(element);
      // What is not shown has no colour, and is met when it is shown.
      if (style.display === 'none') return;
      const texts = [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE);
      const words = texts.map((node) => node.textContent?.trim()).join('');
      const own = [
        ...[element.tagName, element.getAttribute('class'), element.getAttribute('type')],
        ...[element.matches(':disabled'), element.getAttribute('aria-disabled')],
        // A single sign is no text to judge; two are.
        Math.min(words.length, 2),
        ...read.map((property) => style.getPropertyValue(property)),
      ];
      const here = found.push([ground, own.join('\n')]) - 1;
      for (const child of element.children) walk(child, here);
    };
    walk(document.documentElement, -1);
    return found;
  }, read);
  const names: string[] = [];
  for (const [ground, own] of elements) {
    names.push(createHash('sha256').update(`${names[ground] ?? ''}\n${own}`).digest('base64'));
  }
  return new Set(names);
}
