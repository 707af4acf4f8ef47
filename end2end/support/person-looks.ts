import type { Page } from '@playwright/test';
import { invented, signIn } from './citizen.ts';
import type { Look, Scene } from './looks.ts';

const inside = '2020-04-22T10:00:00+08:00';
const at = (name: string, path: string): Look => ({ name, show: (page) => page.goto(path) });

/** The desk is full: a place in the line and a time, as the page's own request is told. */
const inLine: Look = {
  name: 'landing-in-line',
  show: async (page) => {
    const body = JSON.stringify({ busy: { retry_after_ms: 42_000, place: 12_345 } });
    const headers = { 'Retry-After': '42' };
    await page.unroute('**/act/claim_pack');
    await page.route('**/act/claim_pack', (route) =>
      route.fulfill({ status: 503, contentType: 'application/json', headers, body }),
    );
    await page.goto('/');
    await page.locator('.claim-bar button[type=submit]').click();
    await page.locator('[data-refusal=busy]').waitFor();
  },
};

/** An address that is not the machine's own: a proxy says so. */
const elsewhere = { 'X-Forwarded-For': '203.0.113.9' };

/** The page that is shown to whoever comes too often, with the number of the request. */
const tooOften: Look = {
  name: 'notice-busy',
  show: async (page: Page) => {
    await page.setExtraHTTPHeaders(elsewhere);
    await page.goto('/sign-in');
    const busy = page.locator('[data-refusal=busy]');
    while ((await busy.count()) === 0) {
      // Not let in either way, so that the page still has its form.
      const request = { form: { name: '' }, headers: elsewhere };
      await Promise.all(Array.from({ length: 15 }, () => page.request.post('/sign-in/demo', request)));
      await page.locator('#name').fill('晉晉');
      await page.locator('#identity').fill('140502199001010010');
      await page.locator('#identity').press('Enter');
      await busy.or(page.locator('[data-error=identity_number]')).first().waitFor();
    }
  },
};

/** What a person sees of their own, and what is said when there is no page. */
export const personScenes: Scene[] = [
  {
    name: 'one of several devices',
    serving: { now: inside },
    prepare: async (page, elsewhere) => {
      await signIn(await elsewhere(), invented(1));
      await signIn(page, invented(1));
    },
    looks: [at('me-two-devices', '/me'), at('appeals-none', '/me/appeals')],
  },
  {
    name: 'somebody who has left',
    serving: { now: inside },
    looks: [at('me-deleted', '/me/deleted'), at('notice-not-found', '/no-such-page')],
  },
  {
    name: 'too many at the door',
    serving: { now: inside, env: { JINQUAN_BLOCK_ENTRIES: '1', JINQUAN_TRUSTED_HOPS: '1' } },
    looks: [tooOften],
  },
];

/** While the page waits for its turn. */
export const lineScene: Scene = {
  name: 'in line',
  serving: { now: inside },
  prepare: (page) => signIn(page, invented(1)),
  looks: [inLine],
};
