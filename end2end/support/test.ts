import { type Page, test as base } from '@playwright/test';
import { Server, type Serving } from './server.ts';

export { expect, type Locator, type Page, type Route } from '@playwright/test';

/** Instants of the shipped campaign, round 1. */
export const inside = '2020-04-22T10:00:00+08:00';
export const before = '2020-04-21T20:00:00+08:00';
export const closed = '2020-04-29T00:00:00+08:00';

interface Fixtures {
  /** How this test's server is started. */
  serving: Serving;
  /** This test's own server. */
  server: Server;
  /** A page in a browser of its own: somebody else, or the same person elsewhere. */
  another: () => Promise<Page>;
}

export const test = base.extend<Fixtures>({
  serving: [{ now: inside }, { option: true }],

  // The campaign clock runs from the start of the server, so the browser has to be there before.
  server: async ({ serving, browser }, use, info) => {
    if (!browser.isConnected()) throw new Error('the browser has gone');
    const server = await Server.start(serving);
    await use(server);
    await server.end();
    if (info.status !== info.expectedStatus) await info.attach('server.log', { body: server.log });
  },

  baseURL: async ({ server }, use) => use(server.url),

  another: async ({ browser, contextOptions, baseURL, viewport, isMobile, hasTouch, javaScriptEnabled, userAgent }, use) => {
    const device = { baseURL, viewport, isMobile, hasTouch, javaScriptEnabled, userAgent };
    const contexts: Awaited<ReturnType<typeof browser.newContext>>[] = [];
    await use(async () => {
      const context = await browser.newContext({ ...contextOptions, ...device });
      contexts.push(context);
      return context.newPage();
    });
    await Promise.all(contexts.map((context) => context.close()));
  },
});
