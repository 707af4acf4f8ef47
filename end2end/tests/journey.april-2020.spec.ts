import { heading, launch, named, type OldBrowser, type OldPage, press, somebody, words } from '../support/april-2020.ts';
import { invented } from '../support/citizen.ts';
import { sampleShop } from '../support/counter.ts';
import { expect, test } from '../support/test.ts';

// The whole way of a voucher in the browser that super-apps were built on in the month of the campaign. It runs the page
// script and cannot have the module: `'wasm-unsafe-eval'` is of Chromium 97.
let browser: OldBrowser;

test.beforeAll(async () => {
  browser = await launch();
});

test.afterAll(() => browser?.close());

/** From the landing page to the code: signs in, claims, opens a voucher of the wallet. */
async function toTheCode(page: OldPage, url: string, n: number): Promise<string> {
  const { name, identity_number } = invented(n);
  await page.goto(url);
  await press(page, '立即領取');
  await heading(page, '登入');
  await page.type('#name', name);
  await page.type('#identity', identity_number);
  await press(page, '登入');
  await expect.poll(() => page.url()).toBe(`${url}/`);
  await press(page, '立即領取');
  await heading(page, '我的卡包');
  const shows = () => named(page, 'a', '出示券碼');
  await expect.poll(async () => (await shows()).length).toBe(5);
  const [show] = await shows();
  await show!.click();
  const code = '[data-testid=voucher-code]';
  await expect.poll(() => words(page, code)).toMatch(/^\d{4}\s+\d{4}\s+\d{4}$/);
  return (await words(page, code)).replaceAll(/\s/g, '');
}

/** Signs a cashier in and types the sale. */
async function toTheSale(page: OldPage, url: string, cashier: { login: string; password: string }, code: string) {
  await page.goto(`${url}/till`);
  await page.type('#login', cashier.login);
  await page.type('#password', cashier.password);
  await press(page, '登入');
  await expect.poll(() => words(page, 'label[for=code]')).toBe('券碼');
  await page.type('#code', code);
  await page.type('#order', '50.00');
}

async function fits(page: OldPage): Promise<void> {
  expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
}

test('it is the Chromium of April 2020', async () => {
  expect(await browser.version()).toMatch(/Chrome\/81\.0\.4044\./);
});

for (const scripted of [true, false]) {
  const how = scripted ? 'with the page script and without the module' : 'by the forms alone';

  test(`claim, wallet, code and redemption, ${how}`, async ({ server, request }) => {
    const citizen = await somebody(browser);
    const till = await somebody(browser);
    for (const page of [citizen, till]) await page.setJavaScriptEnabled(scripted);
    const digits = await toTheCode(citizen, server.url, scripted ? 61 : 62);
    await fits(citizen);
    const { cashier } = await sampleShop(request);
    await toTheSale(till, server.url, cashier, digits);
    if (scripted) {
      await expect.poll(() => words(till, '[data-quote] [data-testid=to-pay]')).toBe('¥40.00');
    } else {
      await press(till, '核銷');
      await heading(till, '請核對金額');
    }
    await fits(till);
    await press(till, '核銷');
    await heading(till, '核銷成功');
    expect(await words(till, '[data-testid=to-pay]')).toBe('¥40.00');
    await citizen.goto(citizen.url());
    expect(await citizen.content()).toContain('已使用');
    if (scripted) expect(await till.evaluate('window.stopped')).toEqual([]);
  });
}

test.describe('before the opening', () => {
  test.use({ serving: { now: '2020-04-22T08:59:50+08:00' } });

  test('the countdown runs without the module, and the button comes by itself', async ({ server }) => {
    const page = await somebody(browser);
    await page.goto(server.url);
    const seconds = () =>
      page.evaluate<string>("Array.from(document.querySelectorAll('.countdown__digits')).pop().textContent");
    await expect.poll(() => page.evaluate('document.documentElement.dataset.islands')).toBe('off');
    const first = await seconds();
    await expect.poll(seconds).not.toBe(first);
    const buttons = async () => (await named(page, 'button', '立即領取')).length;
    await expect.poll(buttons, { timeout: 25_000 }).toBe(1);
    await fits(page);
    // The policy names the files by their digests, and the browser takes them.
    expect(await page.evaluate<string[]>('window.stopped.filter((one) => /\\/assets\\//.test(one))')).toEqual([]);
  });
});
