import { createHmac } from 'node:crypto';
import { expect, type Page } from '@playwright/test';

export interface Shop {
  id: string;
  name: string;
  category: string;
  district: string;
  till_key: string;
  cashier: { login: string; password: string };
}

/** The sample merchants of the demonstration. */
export async function shops(page: Page): Promise<Shop[]> {
  return (await (await page.request.get('/demo.json')).json()).merchants;
}

/** Signs somebody of the city in at the console, by the page itself. */
export async function atConsole(page: Page, role: string): Promise<void> {
  const { staff } = await (await page.request.get('/demo.json')).json();
  const who = staff.find((one: { role: string }) => one.role === role);
  const one_time = oneTime(who.totp_secret, Date.now());
  const form = { login: who.login, password: who.password, one_time, next: '/console' };
  const answer = await page.request.post('/console/sign-in', { form, maxRedirects: 0 });
  expect(answer.status()).toBe(303);
}

/** RFC 6238: six digits of half a minute, by HMAC-SHA-1. */
function oneTime(secret: string, now: number): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...secret].map((letter) => letters.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g)!.map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(now / 30_000)));
  const mac = createHmac('sha1', key).update(counter).digest();
  const number = mac.readUInt32BE(mac[19]! & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, '0');
}

/** A right application; the credit code is a published one. */
export const application: Record<string, string> = {
  name: '白馬寺山莊',
  credit_code: '91440300708461136t',
  address: '城區白水東街 9 號',
  position: '35.51,112.86',
  contact_name: '晉一',
  contact_phone: '0356-2100018',
  documents: '營業執照 副本\n食品經營許可證 JY21405020001234',
};

/** Writes the application and sends it. */
export async function apply(page: Page): Promise<void> {
  await page.goto('/merchant');
  for (const [name, value] of Object.entries(application)) await page.locator(`#${name}`).fill(value);
  await page.getByLabel('類別').selectOption('dining');
  await page.getByLabel('所在區縣').selectOption('140502');
  await page.getByLabel('本店銷售實物商品').check();
  await page.getByLabel('本店在晉城註冊，並在晉城經營').check();
  await page.getByRole('button', { name: '提交申請' }).click();
}
