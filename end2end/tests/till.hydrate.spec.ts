import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import { browserOptions } from '../support/browser.ts';
import { invented } from '../support/citizen.ts';
import { atTill, codeOf, film, type, withVouchers } from '../support/counter.ts';
import { mark, marked } from '../support/document.ts';
import { expect, type Page, test } from '../support/test.ts';

test('a code is read by the camera, with the decoder that is loaded only then', async ({ page, server }) => {
  const [voucher] = await withVouchers(page, invented(1));
  const folder = await mkdtemp(join(tmpdir(), 'jinquan-film-'));
  const path = join(folder, 'code.y4m');
  const { code } = await codeOf(page, voucher!);
  await film(path, code);
  const { args = [], ...launch } = browserOptions.launchOptions!;
  const camera = [`--use-file-for-fake-video-capture=${path}`, '--use-fake-device-for-media-stream'];
  const browser = await chromium.launch({ ...launch, args: [...args, ...camera, '--use-fake-ui-for-media-stream'] });
  try {
    const till = await browser.newPage({ baseURL: server.url, viewport: { width: 390, height: 844 } });
    const loaded: string[] = [];
    till.on('request', (request) => loaded.push(new URL(request.url()).pathname));
    await atTill(till);
    await till.goto('/till');
    await till.getByLabel('訂單金額').fill('50');
    expect(loaded.filter((asset) => asset.includes('decoder'))).toEqual([]);
    await till.getByRole('button', { name: '掃券碼' }).click();
    await expect(till.getByLabel('券碼', { exact: true })).toHaveValue(code, { timeout: 20_000 });
    await expect(till.locator('video')).toBeHidden();
    await expect(till.locator('[data-quote]').getByTestId('to-pay')).toHaveText('¥40.00');
    await till.getByRole('button', { name: '核銷' }).click();
    await expect(till.getByRole('heading', { level: 1, name: '核銷成功' })).toBeVisible();
  } finally {
    await browser.close();
    await rm(folder, { recursive: true, force: true });
  }
});

test('without a camera the page says so and typing goes on', async ({ page }) => {
  await atTill(page);
  await page.goto('/till');
  await page.getByRole('button', { name: '掃券碼' }).click();
  await expect(page.locator('[data-scan-note]')).toBeVisible();
  await expect(page.getByLabel('券碼', { exact: true })).toBeFocused();
});

test('a camera that comes after it was stopped is closed again', async ({ page }) => {
  await page.addInitScript(() => {
    // Whoever is asked for the permission takes their time.
    navigator.mediaDevices.getUserMedia = () =>
      new Promise((done) => {
        const canvas = document.createElement('canvas');
        canvas.getContext('2d');
        const stream = canvas.captureStream();
        Object.assign(window, { track: stream.getTracks()[0], permit: () => done(stream) });
      });
  });
  await atTill(page);
  await page.goto('/till');
  const start = page.getByRole('button', { name: '掃券碼' });
  await start.click();
  const stop = page.getByRole('button', { name: '停止掃描' });
  await expect(stop).toBeFocused();
  await stop.click();
  await expect(start).toBeFocused();
  await page.evaluate(() => (window as unknown as { permit: () => void }).permit());
  const state = () => page.evaluate(() => (window as unknown as { track: MediaStreamTrack }).track.readyState);
  await expect.poll(state).toBe('ended');
  await expect(page.locator('video')).toBeHidden();
  await expect(page.locator('[data-scan-note]')).toBeHidden();
});

test('the keypad types into the amount that was touched last', async ({ page }) => {
  await atTill(page);
  await page.goto('/till');
  const pad = page.getByRole('group', { name: '數字鍵盤' });
  const press = async (...keys: string[]) => {
    for (const key of keys) await pad.getByRole('button', { name: key, exact: true }).click();
  };
  await press('0', '5', '00', '.', '5', '0', '7', '.');
  await expect(page.getByLabel('訂單金額')).toHaveValue('500.50');
  await press('刪一位', '刪一位', '刪一位');
  await expect(page.getByLabel('訂單金額')).toHaveValue('500');
  await page.getByLabel('商家優惠').focus();
  await press('.', '5');
  await expect(page.getByLabel('商家優惠')).toHaveValue('0.5');
  await press('清空');
  await expect(page.getByLabel('商家優惠')).toHaveValue('');
  await expect(page.getByLabel('訂單金額')).toHaveValue('500');
});

test('a code that is read out in groups is no wrong code between them', async ({ page, another }) => {
  const citizen = await another();
  const [voucher] = await withVouchers(citizen, invented(8));
  await atTill(page);
  await page.goto('/till');
  const asked: (string | null)[] = [];
  page.on('request', (request) => {
    if (request.url().endsWith('/till/quote')) asked.push(new URLSearchParams(request.postData() ?? '').get('code'));
  });
  await page.getByLabel('訂單金額', { exact: true }).fill('50');
  const code = page.getByLabel('券碼', { exact: true });
  const { digits } = await codeOf(citizen, voucher!);
  await code.pressSequentially(digits.slice(0, 4));
  // Longer than the pause after which the quote of a whole sale is asked for.
  await page.waitForTimeout(600);
  await code.pressSequentially(digits.slice(4));
  await expect(page.locator('[data-quote]')).toBeVisible();
  expect(asked).toEqual([digits]);
});

test('the link past the head of the page keeps what was typed', async ({ page }) => {
  await atTill(page);
  await page.goto('/till');
  await mark(page);
  await page.getByLabel('訂單金額').fill('50');
  await page.getByRole('link', { name: '跳到主要內容' }).press('Enter');
  await expect(page).toHaveURL('/till#main');
  await page.goBack();
  await expect(page).toHaveURL('/till');
  // Longer than a page of this machine takes to be loaded again.
  await page.waitForTimeout(600);
  expect(await marked(page), 'the document is the same').toBe(true);
  await expect(page.getByLabel('訂單金額')).toHaveValue('50');
});

test('a reply that was lost is settled by the same key, and once', async ({ page, another }) => {
  const citizen = await another();
  const [voucher] = await withVouchers(citizen, invented(3));
  await atTill(page);
  await page.goto('/till');
  await type(page, (await codeOf(citizen, voucher!)).digits, '50', '5');
  await expect(page.locator('[data-quote]')).toBeVisible();
  const keys: (string | null)[] = [];
  await page.route('**/till/redeem', async (route) => {
    keys.push(new URLSearchParams(route.request().postData() ?? '').get('key'));
    if (keys.length > 2) return route.continue();
    // The first request reaches the server, its reply is lost; the second finds nobody.
    if (keys.length === 1) await route.fetch({ maxRedirects: 0 });
    return route.abort();
  });
  await page.getByRole('button', { name: '核銷' }).click();
  await expect(page.getByRole('status')).toContainText('正在確認結果');
  await expect(page.getByRole('heading', { level: 1, name: '核銷成功' })).toBeVisible({ timeout: 20_000 });
  expect(keys).toHaveLength(3);
  expect(new Set(keys).size).toBe(1);
  await page.goto('/till/today');
  await expect(page.getByTestId('today').getByRole('listitem')).toHaveCount(1);
});

for (const [way, lose] of [
  [
    'breaks off',
    // The head of the reply is here, and the rest never comes.
    (page: Page) =>
      page.evaluate(() => {
        const whole = Response.prototype.text;
        let times = 0;
        Response.prototype.text = function () {
          const breaks = new URL(this.url).pathname.startsWith('/till/receipts/') && times++ < 2;
          return breaks ? Promise.reject(new TypeError('network error')) : whole.call(this);
        };
      }),
  ],
  [
    'never comes',
    async (page: Page) => {
      let times = 0;
      await page.route('**/till/redeem', async (route) => {
        times += 1;
        if (times > 2) return route.continue();
        if (times > 1) return route.abort();
        await route.fetch({ maxRedirects: 0 });
      });
    },
  ],
] as const) {
  test(`a reply that ${way} is asked for again, and the sale is settled once`, async ({ page, another }) => {
    const citizen = await another();
    const [voucher] = await withVouchers(citizen, invented(5));
    await atTill(page);
    await page.goto('/till');
    await type(page, (await codeOf(citizen, voucher!)).digits, '50');
    await expect(page.locator('[data-quote]')).toBeVisible();
    await lose(page);
    await page.getByRole('button', { name: '核銷' }).click();
    await expect(page.getByRole('status')).toContainText('正在確認結果', { timeout: 15_000 });
    await expect(page.getByRole('heading', { level: 1, name: '核銷成功' })).toBeVisible({ timeout: 20_000 });
    await page.goto('/till/today');
    await expect(page.getByTestId('today').getByRole('listitem')).toHaveCount(1);
  });
}

test('a sale that is being settled cannot be changed, and what is said of it stays', async ({ page, another }) => {
  const citizen = await another();
  const [voucher] = await withVouchers(citizen, invented(7));
  await atTill(page);
  await page.goto('/till');
  await type(page, (await codeOf(citizen, voucher!)).digits, '50');
  await expect(page.locator('[data-quote]')).toBeVisible();
  let quotes = 0;
  await page.route('**/till/quote', (route) => {
    quotes += 1;
    return route.continue();
  });
  let answer = () => {};
  const typed = new Promise<void>((done) => (answer = done));
  const sent: (string | null)[] = [];
  await page.route('**/till/redeem', async (route) => {
    sent.push(route.request().postData());
    if (sent.length > 1) {
      await typed;
      return route.continue();
    }
    await route.fetch({ maxRedirects: 0 });
    return route.abort();
  });
  await page.getByRole('button', { name: '核銷' }).click();
  await expect(page.getByRole('status')).toContainText('正在確認結果');
  const order = page.getByLabel('訂單金額');
  await order.focus();
  await page.keyboard.press('5');
  await page.getByRole('group', { name: '數字鍵盤' }).getByRole('button', { name: '9', exact: true }).click();
  await order.dispatchEvent('input');
  // Longer than a cashier pauses before the quote is asked for.
  await page.waitForTimeout(600);
  await expect(order).toHaveValue('50');
  await expect(page.getByRole('status')).toContainText('正在確認結果');
  await expect(page.locator('[data-refusal]')).toHaveCount(0);
  expect(quotes).toBe(0);
  answer();
  await expect(page.getByRole('heading', { level: 1, name: '核銷成功' })).toBeVisible({ timeout: 20_000 });
  expect(new Set(sent).size, 'each request is the same').toBe(1);
});

test('who is to come again much later is told at once', async ({ page, another }) => {
  const citizen = await another();
  const [voucher] = await withVouchers(citizen, invented(6));
  await atTill(page);
  await page.goto('/till');
  await type(page, (await codeOf(citizen, voucher!)).digits, '50');
  await expect(page.locator('[data-quote]')).toBeVisible();
  await page.route('**/till/redeem', (route) =>
    route.fulfill({
      status: 429,
      contentType: 'text/html',
      headers: { 'Retry-After': '50400' },
      body: '<title>busy</title><main id="main"><h1>前方擁擠</h1></main>',
    }),
  );
  await page.getByRole('button', { name: '核銷' }).click();
  await expect(page.getByRole('heading', { level: 1, name: '前方擁擠' })).toBeVisible();
});

test('the quote follows what is typed, and nothing is redeemed that was not shown', async ({ page, another }) => {
  const citizen = await another();
  const [voucher] = await withVouchers(citizen, invented(4));
  const { digits } = await codeOf(citizen, voucher!);
  await atTill(page);
  await page.goto('/till');
  const button = page.getByRole('button', { name: '核銷' });
  await expect(button).toBeDisabled();
  await type(page, digits, '50');
  await expect(page.getByTestId('to-pay')).toHaveText('¥40.00');
  await expect(button).toBeEnabled();
  await page.getByLabel('訂單金額').fill('60');
  await expect(button).toBeDisabled();
  await expect(page.getByTestId('to-pay')).toHaveText('¥50.00');
  await page.getByLabel('訂單金額').fill('6x');
  await expect(page.locator('[data-error=order]')).toBeVisible();
  await expect(page.getByLabel('訂單金額')).toHaveAttribute('aria-invalid', 'true');
  await expect(button).toBeDisabled();
  await page.getByLabel('訂單金額').fill('39');
  await expect(page.locator('[data-refusal=below_minimum_spend]')).toBeVisible();
  await expect(page.locator('[data-refusal][role=alert]'), 'it does not break in').toHaveCount(0);
  await expect(page.getByLabel('訂單金額')).not.toHaveAttribute('aria-invalid');
});
