import { createHmac } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { type APIRequestContext, expect, type Page } from '@playwright/test';
import encodeQR from 'qr';
import { type Citizen, holder } from './citizen.ts';

export interface Shop {
  id: string;
  name: string;
  category: string;
  cashier: { login: string; password: string };
}

export interface Staff {
  role: string;
  login: string;
  password: string;
  totp_secret: string;
}

/** A sample shop that takes general and dining vouchers. */
export async function sampleShop(request: APIRequestContext): Promise<Shop> {
  const { merchants } = await (await request.get('/demo.json')).json();
  return merchants.find((shop: Shop) => shop.category === 'dining');
}

/** Somebody of the demonstration's city. */
export async function sampleStaff(request: APIRequestContext, role: string): Promise<Staff> {
  const { staff } = await (await request.get('/demo.json')).json();
  return staff.find((one: Staff) => one.role === role);
}

/** The one-time password of a secret now, or so many steps later (RFC 6238). */
export function oneTime(secret: string, later = 0): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...secret].map((letter) => letters.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g)!.map((byte) => Number.parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + later));
  const tag = createHmac('sha1', key).update(step).digest();
  const word = tag.readUInt32BE(tag[19]! & 15) & 0x7fffffff;
  return String(word % 1_000_000).padStart(6, '0');
}

/** Signs a cashier in through the page. */
export async function enterTill(page: Page, shop: Shop): Promise<void> {
  await page.goto('/till');
  await page.getByLabel('帳號', { exact: true }).fill(shop.cashier.login);
  await page.getByLabel('密碼', { exact: true }).fill(shop.cashier.password);
  await page.getByRole('button', { name: '登入', exact: true }).click();
  await expect(page.getByLabel('券碼', { exact: true })).toBeVisible();
}

/** Signs a cashier in without the page. */
export async function atTill(page: Page): Promise<void> {
  const { cashier } = await sampleShop(page.request);
  const answer = await page.request.post('/till/sign-in', { form: { ...cashier }, maxRedirects: 0 });
  expect(answer.status()).toBe(303);
}

/** Signs somebody in at the console without the page; each one-time password opens once. */
export async function atConsole(page: Page, role: string, later = 0): Promise<void> {
  const { login, password, totp_secret } = await sampleStaff(page.request, role);
  const form = { login, password, one_time: oneTime(totp_secret, later), next: '/console' };
  expect((await page.request.post('/console/sign-in', { form, maxRedirects: 0 })).status()).toBe(303);
}

/** Puts a drawn password in force on the page of one's own account. */
export async function renewPassword(page: Page, current: string): Promise<void> {
  const section = page.getByRole('region', { name: '更換密碼' });
  await section.getByLabel('目前的密碼').fill(current);
  await section.getByRole('button', { name: '產生新密碼' }).click();
  await page.getByLabel('再輸入一次新密碼').fill(await page.getByTestId('offer').innerText());
  await page.getByRole('button', { name: '啟用新密碼' }).click();
  await expect(page.getByRole('status').filter({ hasText: '新密碼已生效' })).toBeVisible();
}

/** Somebody who holds vouchers: the general ones. */
export async function withVouchers(page: Page, citizen: Citizen): Promise<string[]> {
  await holder(page, citizen);
  const { claims } = await (await page.request.get('/api/v1/wallet')).json();
  const general = claims[0].vouchers.filter((voucher: { kind: string }) => voucher.kind === 'general');
  return general.map((voucher: { id: string }) => voucher.id);
}

/** What a voucher's code says now. */
export async function codeOf(page: Page, voucher: string): Promise<{ code: string; digits: string }> {
  return (await page.request.get(`/api/v1/wallet/vouchers/${voucher}/code`)).json();
}

/** Types a sale. */
export async function type(page: Page, code: string, order: string, coupon = ''): Promise<void> {
  await page.getByLabel('券碼', { exact: true }).fill(code);
  await page.getByLabel('訂單金額', { exact: true }).fill(order);
  await page.getByLabel('商家優惠', { exact: true }).fill(coupon);
}

/** A film of one picture: what a camera sees that is held over a code. */
export async function film(path: string, code: string): Promise<void> {
  const [width, height, scale] = [640, 480, 5];
  const modules = encodeQR(code, 'raw', { ecc: 'medium', border: 4 });
  const side = modules.length * scale;
  const [left, top] = [Math.floor((width - side) / 2), Math.floor((height - side) / 2)];
  const luma = Buffer.alloc(width * height, 120);
  modules.forEach((row, y) =>
    row.forEach((dark, x) => {
      for (let line = 0; line < scale; line++) {
        const start = (top + y * scale + line) * width + left + x * scale;
        luma.fill(dark ? 20 : 235, start, start + scale);
      }
    }),
  );
  const frame = Buffer.concat([Buffer.from('FRAME\n'), luma, Buffer.alloc((width * height) / 2, 128)]);
  const head = Buffer.from(`YUV4MPEG2 W${width} H${height} F15:1 Ip A1:1 C420jpeg\n`);
  await writeFile(path, Buffer.concat([head, ...Array<Buffer>(15).fill(frame)]));
}
