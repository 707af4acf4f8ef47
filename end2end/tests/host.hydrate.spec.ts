import { invented } from '../support/citizen.ts';
import { atTill, codeOf, withVouchers } from '../support/counter.ts';
import { awake } from '../support/document.ts';
import { expect, type Page, test } from '../support/test.ts';

// What each app puts into the window of its web view, as far as the pages ask for it. Every call is written down; what a
// scanner reads is `scanned`.
const apps = {
  'the city app': {
    closed: 'close',
    titled: true,
    inject: () => {
      const { calls, scanner } = window as unknown as Faked;
      const jinlaiban = {
        scan: () => (calls.push('scan'), scanner.fails ? Promise.reject(new Error('no')) : Promise.resolve(scanner.reads)),
        close: () => calls.push('close'),
        setTitle: (title: string) => calls.push(`title ${title}`),
      };
      Object.assign(window, { jinlaiban });
    },
  },
  Alipay: {
    closed: 'closeWebview',
    titled: true,
    inject: () => {
      const { calls, scanner } = window as unknown as Faked;
      const call = (name: string, given?: { title: string }, done?: (answer: object) => void) => {
        calls.push(name === 'setTitle' ? `title ${given!.title}` : name);
        if (done) setTimeout(() => done(scanner.fails ? { error: 4 } : scanner.reads ? { qrCode: scanner.reads } : { error: 10 }), 0);
      };
      // As in the app: the bridge comes after the page, and says so.
      addEventListener('load', () =>
        setTimeout(() => {
          Object.assign(window, { AlipayJSBridge: { call } });
          document.dispatchEvent(new Event('AlipayJSBridgeReady'));
        }, 50),
      );
    },
    userAgent: 'Mozilla/5.0 (Linux; U; Android 10) AppleWebKit/537.36 Chrome/69.0.3497.100 Mobile AliApp(AP/10.1.90) AlipayClient/10.1.90',
  },
  WeChat: {
    closed: 'closeWindow',
    titled: false,
    inject: () => {
      const { calls, scanner } = window as unknown as Faked;
      const invoke = (name: string, _: object, done: (answer: object) => void) => {
        calls.push(name === 'scanQRCode' ? 'scan' : name);
        const err_msg = scanner.fails ? 'scanQRCode:fail_access_denied' : scanner.reads ? 'scanQRCode:ok' : 'scanQRCode:cancel';
        setTimeout(() => done({ err_msg, resultStr: scanner.reads }), 0);
      };
      Object.assign(window, { WeixinJSBridge: { invoke, call: (name: string) => calls.push(name) } });
    },
    userAgent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 13_3 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 MicroMessenger/7.0.12',
  },
};

interface Faked {
  calls: string[];
  scanner: { reads: string; fails: boolean };
  jinquanHost: { scan?: object };
}

const calls = (page: Page) => page.evaluate(() => (window as unknown as Faked).calls);
const set = (page: Page, scanner: Faked['scanner']) =>
  page.evaluate((scanner) => Object.assign((window as unknown as Faked).scanner, scanner), scanner);
const back = (page: Page) => page.getByRole('button', { name: '返回應用' });

for (const [name, app] of Object.entries(apps)) {
  test.describe(`in ${name}`, () => {
    test.use('userAgent' in app ? { userAgent: app.userAgent } : {});

    test.beforeEach(async ({ page }) => {
      await page.addInitScript(() => Object.assign(window, { calls: [], scanner: { reads: '', fails: false } }));
      await page.addInitScript(app.inject);
    });

    test('its bar has the title of each page, and the way back leads into it', async ({ page }) => {
      await page.goto('/');
      await awake(page);
      await expect(back(page)).toBeVisible();
      await page.getByRole('link', { name: '活動規則' }).first().click();
      await expect(page.getByRole('heading', { level: 1, name: '活動規則' })).toBeVisible();
      await expect(back(page)).toBeVisible();
      if (app.titled) await expect.poll(() => calls(page)).toContain('title 活動規則 · 晉券');
      await back(page).click();
      await expect.poll(() => calls(page)).toContain(app.closed);
    });

    test('the till reads a code by its scanner, and by the camera where that refuses', async ({ page, another }) => {
      const citizen = await another();
      const [voucher] = await withVouchers(citizen, invented(1));
      await atTill(page);
      await page.goto('/till');
      const scan = page.getByRole('button', { name: '掃券碼' });
      const code = page.getByLabel('券碼', { exact: true });
      await page.getByLabel('訂單金額', { exact: true }).fill('50');
      await expect.poll(() => page.evaluate(() => !!(window as unknown as Faked).jinquanHost.scan)).toBe(true);
      // Whoever closes the scanner has read nothing.
      await scan.click();
      await expect.poll(() => calls(page)).toContain('scan');
      await expect(code).toHaveValue('');
      await expect(page.locator('[data-camera]')).toBeHidden();

      const said = await codeOf(citizen, voucher!);
      await set(page, { reads: said.code, fails: false });
      await scan.click();
      await expect(code).toHaveValue(said.code);
      await expect(page.locator('[data-quote]').getByTestId('to-pay')).toHaveText('¥40.00');

      // This machine has no camera: what is said is what the till says without an app.
      await set(page, { reads: '', fails: true });
      await scan.click();
      await expect(page.locator('[data-scan-note]')).toBeVisible();
      await expect(code).toBeFocused();
    });
  });
}

test('a plain browser loads no bridge, and shows no way back', async ({ page }) => {
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await page.goto('/');
  await awake(page);
  await expect(back(page)).toHaveCount(0);
  expect(asked.filter((address) => address.includes('/host.'))).toEqual([]);
});

test('an app whose bridge is broken breaks nothing', async ({ page }) => {
  const errors: Error[] = [];
  page.on('pageerror', (error) => errors.push(error));
  await page.addInitScript(() => {
    const broken = () => {
      throw new Error('broken');
    };
    Object.assign(window, { AlipayJSBridge: { call: broken } });
  });
  await page.goto('/');
  await awake(page);
  await expect(back(page)).toBeVisible();
  await back(page).click();
  await atTill(page);
  await page.goto('/till');
  await page.getByRole('button', { name: '掃券碼' }).click();
  await expect(page.locator('[data-scan-note]')).toBeVisible();
  expect(errors).toEqual([]);
});
