import { defineConfig } from '@playwright/test';
import { browserOptions, sizes } from './support/browser.ts';

// Every journey runs on a phone and a desktop, with JavaScript and without. A file whose name says `hydrate` or
// `no-js` is about only one of the two.
const projects = Object.entries(sizes).flatMap(([size, device]) => [
  { name: `${size}, JavaScript`, testIgnore: '**/*.no-js.spec.ts', use: device },
  {
    name: `${size}, no JavaScript`,
    testIgnore: '**/*.hydrate.spec.ts',
    use: { ...device, javaScriptEnabled: false },
  },
]);

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
  projects,
});
