import type { Page } from '@playwright/test';
import type { Shop as Counter } from './counter.ts';

export { atConsole } from './counter.ts';

export interface Shop extends Counter {
  district: string;
  till_key: string;
}

/** The sample merchants of the demonstration. */
export async function shops(page: Page): Promise<Shop[]> {
  return (await (await page.request.get('/demo.json')).json()).merchants;
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
  await page.getByLabel('本店在本市註冊並經營').check();
  await page.getByRole('button', { name: '提交申請' }).click();
}
