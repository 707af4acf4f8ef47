import { defineConfig } from '@playwright/test';
import { browserOptions } from './browser.ts';

/** Pictures of every page and state: `npm run shots`. They are looked at by people; no test compares them. */
export default defineConfig({
  testDir: '.',
  testMatch: 'shots.ts',
  outputDir: '../../target/shots-failed',
  fullyParallel: true,
  workers: 2,
  timeout: 600_000,
  reporter: 'list',
  use: browserOptions,
});
