import { defineConfig } from '@playwright/test';
import { browserOptions, sizes } from './support/browser.ts';

/** What drives a browser of its own, the Chromium of April 2020: once, in a project of its own. */
const old = '**/*.april-2020.spec.ts';

const withoutScripts = (device: (typeof sizes)[keyof typeof sizes]) => ({ ...device, javaScriptEnabled: false });

// Every journey runs on a phone and a desktop with JavaScript, and on a phone without. A file whose name says `hydrate`
// or `no-js` is about only one of the two. Without JavaScript the same forms are posted whatever the width, so there the
// desktop opens the pages alone.
const projects = [
  ...Object.entries(sizes).map(([size, device]) => ({
    name: `${size}, JavaScript`,
    testIgnore: ['**/*.no-js.spec.ts', old],
    use: device,
  })),
  { name: 'phone, no JavaScript', testIgnore: ['**/*.hydrate.spec.ts', old], use: withoutScripts(sizes.phone) },
  { name: 'desktop, no JavaScript', testMatch: '**/*.no-js.spec.ts', use: withoutScripts(sizes.desktop) },
];

export default defineConfig({
  testDir: 'tests',
  outputDir: '../target/test/browser',
  fullyParallel: true,
  workers: 2,
  retries: 0,
  forbidOnly: true,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: 'list',
  use: { ...browserOptions, screenshot: 'only-on-failure' },
  projects: [...projects, { name: 'Chromium of April 2020', testMatch: old }],
});
