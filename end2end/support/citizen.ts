import { randomUUID } from 'node:crypto';
import { type APIResponse, expect, type Locator, type Page } from '@playwright/test';
import { settled } from './document.ts';

export interface Citizen {
  name: string;
  identity_number: string;
}

/** The sample citizens of the demonstration. */
export async function sampleCitizens(page: Page): Promise<Citizen[]> {
  return (await (await page.request.get('/demo.json')).json()).citizens;
}

/** The invented person number `n`, with a valid number of the city. */
export function invented(n: number): Citizen {
  const digits = `14050219900101${String(n).padStart(3, '0')}`;
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  const sum = weights.reduce((total, weight, place) => total + weight * Number(digits[place]), 0);
  return { name: `晉${n}`, identity_number: digits + '10X98765432'[sum % 11] };
}

/** Signs in without the page: for tests that are about what comes after. */
export async function signIn(page: Page, citizen: Citizen, account = 'main'): Promise<void> {
  const form = { ...citizen, account, next: '/' };
  const answer = await page.request.post('/sign-in/demo', { form, maxRedirects: 0 });
  expect(answer.status()).toBe(303);
}

/** Asks for a pack at the door for machines, whatever the page offers. */
export function post(page: Page, key: string = randomUUID(), pack?: string): Promise<APIResponse> {
  const data = pack ? { pack } : {};
  return page.request.post('/api/v1/rounds/r1/claims', { data, headers: { 'Idempotency-Key': key } });
}

/** Signs in and holds a pack, without the page. */
export async function holder(page: Page, citizen: Citizen, pack?: string): Promise<void> {
  await signIn(page, citizen);
  expect((await post(page, randomUUID(), pack)).status()).toBe(201);
}

/** How many packs are left, as the server counts. */
export async function remaining(page: Page): Promise<number> {
  return (await (await page.request.get('/api/v1/rounds/r1')).json()).remaining;
}

/** The address of one voucher in the person's wallet. */
export async function firstVoucher(page: Page): Promise<string> {
  const wallet = await (await page.request.get('/api/v1/wallet')).json();
  return `/wallet/${wallet.claims[0].vouchers[0].id}`;
}

/** Presses the one button and waits for the yes: with JavaScript the page says it, without the wallet does. */
export async function claim(page: Page, where: Page | Locator = page): Promise<void> {
  await settled(page);
  await where.getByRole('button', { name: '立即領取' }).click();
  const wallet = page.getByRole('heading', { level: 1, name: '我的卡包' });
  await expect(page.getByTestId('granted').or(wallet)).toBeVisible();
}

/** The addresses of the vouchers that the wallet offers to show. */
export async function offered(page: Page): Promise<(string | null)[]> {
  await page.goto('/wallet');
  const links = await page.getByRole('link', { name: '出示券碼' }).all();
  return Promise.all(links.map((link) => link.getAttribute('href')));
}
