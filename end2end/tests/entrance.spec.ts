import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { claim, invented } from '../support/citizen.ts';
import { freeSite, IdentityProvider } from '../support/identity.ts';
import { Server } from '../support/server.ts';
import { test as base, expect, inside, type Page } from '../support/test.ts';


/** A server that trusts a real OpenID provider, beside the demonstration entrance. */
const test = base.extend({
  server: async ({ browser }, use, info) => {
    if (!browser.isConnected()) throw new Error('the browser has gone');
    const folder = await mkdtemp(join(tmpdir(), 'jinquan-entrance-'));
    const site = await freeSite();
    const provider = await IdentityProvider.open(site);
    const JINQUAN_CONFIG = await provider.settings(folder, site);
    const server = await Server.start({ now: inside, listen: new URL(site).host, env: { JINQUAN_CONFIG } });
    await use(server);
    await server.end();
    await provider.close();
    await rm(folder, { recursive: true, force: true });
    if (info.status !== info.expectedStatus) await info.attach('server.log', { body: server.log });
  },
});

const agree = ['我同意使用身份證號碼', '我同意風險評估'];
const button = { name: '以城市帳號登入' };

/** From the sign-in page to the provider's own. */
async function goThere(page: Page, address = '/sign-in?next=/wallet', agreed = true): Promise<void> {
  await page.goto(address);
  if (agreed) for (const name of agree) await page.getByRole('checkbox', { name }).check();
  await page.getByRole('button', button).click();
  await expect(page.getByPlaceholder('Enter any login')).toBeVisible();
}

/** At the provider: who one is, and that the product may know. */
async function confirm(page: Page, number: number): Promise<void> {
  await page.getByPlaceholder('Enter any login').fill(String(number));
  await page.getByPlaceholder('and password').fill('any');
  await page.getByRole('button', { name: 'Sign-in' }).click();
  await page.getByRole('button', { name: 'Continue' }).click();
}

test('whoever a real provider vouches for is in, and comes back to where they wanted to go', async ({ page }) => {
  await goThere(page);
  await confirm(page, 31);
  await expect(page).toHaveURL('/wallet');
  await expect(page.getByRole('heading', { level: 1, name: '我的卡包' })).toBeVisible();
  await page.goto('/');
  await claim(page);
});

test('r1: the same person through the demonstration entrance has the pack already', async ({ page, another }) => {
  await goThere(page, '/sign-in/city-id?next=/');
  await confirm(page, 32);
  await expect(page).toHaveURL('/');
  await claim(page);
  const elsewhere = await another();
  const form = { ...invented(32), next: '/' };
  const entered = await elsewhere.request.post('/sign-in/demo', { form, maxRedirects: 0 });
  expect(entered.status()).toBe(303);
  const asked = await elsewhere.request.post('/api/v1/rounds/r1/claims', {
    data: {},
    headers: { 'Idempotency-Key': 'elsewhere' },
  });
  expect((await asked.json()).code).toBe('already_claimed_through_other_account');
});

test('whoever says no at the provider reads that nothing has changed', async ({ page }) => {
  await goThere(page);
  await page.getByRole('link', { name: 'Cancel' }).click();
  await expect(page.locator('[data-setback=cancelled]')).toBeVisible();
  await expect(page.getByRole('heading', { level: 1, name: '您取消了登入' })).toBeVisible();
  await page.getByRole('link', { name: '重新登入' }).click();
  await expect(page).toHaveURL('/sign-in');
});

test('a way back is good in the browser that set out, and once', async ({ page, another }) => {
  let back = '';
  page.on('request', (request) => {
    if (request.url().includes('/callback?')) back = request.url();
  });
  await goThere(page);
  await confirm(page, 33);
  await expect(page).toHaveURL('/wallet');
  expect(back).toContain('iss=');
  const elsewhere = await another();
  await elsewhere.goto(back);
  await expect(elsewhere.locator('[data-setback=begin_again]')).toBeVisible();
  expect((await elsewhere.request.get('/wallet', { maxRedirects: 0 })).status()).toBe(303);
  await page.context().clearCookies();
  await page.goto(back);
  await expect(page.locator('[data-setback=begin_again]')).toBeVisible();
});

test('no address of an entrance leads to another site', async ({ page, baseURL }) => {
  await goThere(page, '/sign-in/city-id?next=//example.org/');
  await confirm(page, 34);
  await expect(page).toHaveURL(`${baseURL}/`);
});
