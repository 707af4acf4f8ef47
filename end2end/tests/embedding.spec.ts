import { firstVoucher, invented, signIn } from '../support/citizen.ts';
import { enterTill, sampleShop, type, withVouchers } from '../support/counter.ts';
import { Server } from '../support/server.ts';
import { expect, test } from '../support/test.ts';
import { gateway, portal } from '../support/tls.ts';

// The portal and the pages are different sites to the browser: the one is called by its number, the other by its name.
test('a portal that is named shows the pages in a frame, and one that is not shows nothing', async ({ browser, javaScriptEnabled }) => {
  let address = '';
  const front = await gateway(() => address);
  const app = `https://localhost:${front.port}`;
  const named = await portal(() => `${app}/sign-in?next=/`);
  const other = await portal(() => `${app}/sign-in?next=/`);
  const server = await Server.start({
    now: '2020-04-22T10:00:00+08:00',
    env: { JINQUAN_PUBLIC_URL: app, JINQUAN_EMBED_ANCESTORS: `https://127.0.0.1:${named.port}` },
  });
  address = server.url;
  const context = await browser.newContext({ ignoreHTTPSErrors: true, javaScriptEnabled: javaScriptEnabled !== false });
  try {
    const page = await context.newPage();
    await page.goto(`https://127.0.0.1:${named.port}/`);
    const frame = page.frameLocator('iframe');
    const { name, identity_number } = invented(41);
    await frame.getByLabel('姓名', { exact: true }).fill(name);
    await frame.getByLabel('身份證號碼', { exact: true }).fill(identity_number);
    await frame.getByRole('button', { name: '登入', exact: true }).click();
    await frame.getByRole('button', { name: '立即領取' }).click();
    const wallet = frame.getByRole('heading', { level: 1, name: '我的卡包' });
    await expect(frame.getByTestId('granted').or(wallet)).toBeVisible();
    const kept = (await context.cookies(app)).filter((cookie) => cookie.name.startsWith('__Host-jinquan'));
    expect(kept.map((cookie) => [cookie.name, cookie.sameSite])).toEqual([['__Host-jinquan-e', 'None']]);

    // On their own the pages know nobody: the frame's session belongs to that parent.
    const alone = await context.newPage();
    await alone.goto(`${app}/wallet`);
    await expect(alone).toHaveURL(/\/sign-in/);

    const stranger = await context.newPage();
    await stranger.goto(`https://127.0.0.1:${other.port}/`);
    await expect(stranger.frameLocator('iframe').getByLabel('姓名', { exact: true })).toHaveCount(0);
  } finally {
    await context.close();
    await server.end();
    for (const { server: one } of [front, named, other]) one.close();
  }
});

const hosts = {
  alipay:
    'Mozilla/5.0 (Linux; U; Android 10; zh-CN; PCT-AL10) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/69.0.3497.100 UWS/3.21.0.96 Mobile Safari/537.36 UCBS/3.21.0.96 AliApp(AP/10.1.90.8000) AlipayClient/10.1.90.8000 Language/zh-Hans',
  wechat:
    'Mozilla/5.0 (iPhone; CPU iPhone OS 13_3 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 MicroMessenger/7.0.12(0x17000c2d) NetType/4G Language/zh_CN',
  'the city app':
    'Mozilla/5.0 (Linux; Android 9; HLK-AL00 Build/HONORHLK-AL00; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/78.0.3904.62 Mobile Safari/537.36 Jinlaiban/2.1',
};

for (const [host, userAgent] of Object.entries(hosts)) {
  test.describe(`in the web view of ${host}`, () => {
    test.use({ userAgent });

    test('claim, wallet and code work, and the device is named', async ({ page }) => {
      await signIn(page, invented(42));
      await page.goto('/');
      await page.getByRole('button', { name: '立即領取' }).click();
      const wallet = page.getByRole('heading', { level: 1, name: '我的卡包' });
      await expect(page.getByTestId('granted').or(wallet)).toBeVisible();
      await page.goto('/wallet');
      await expect(page.getByRole('link', { name: '出示券碼' })).toHaveCount(5);
      await page.goto(await firstVoucher(page));
      await expect(page.getByTestId('voucher-code')).toHaveText(/^\s*\d{4}\s+\d{4}\s+\d{4}\s*$/);
      await page.goto('/me');
      await expect(page.getByTestId('session')).toHaveCount(1);
    });

    test('a till redeems what a wallet shows, both in it', async ({ page, another, javaScriptEnabled }) => {
      await withVouchers(page, invented(45));
      await page.goto('/wallet');
      await page.getByRole('link', { name: '出示券碼' }).first().click();
      const code = page.getByTestId('voucher-code');
      await expect(code).toHaveText(/\d{4}\s+\d{4}\s+\d{4}/);

      const till = await another();
      expect(await till.evaluate(() => navigator.userAgent)).toBe(userAgent);
      await enterTill(till, await sampleShop(till.request));
      await type(till, await code.innerText(), '50.00');
      if (javaScriptEnabled === false) {
        await till.getByRole('button', { name: '核銷' }).click();
        await expect(till.getByRole('heading', { level: 1, name: '請核對金額' })).toBeVisible();
      }
      await expect(till.locator('[data-quote]').getByTestId('to-pay')).toHaveText('¥40.00');
      await till.getByRole('button', { name: '核銷' }).click();
      await expect(till.getByRole('heading', { level: 1, name: '核銷成功' })).toBeVisible();

      if (javaScriptEnabled === false) await page.reload();
      await expect(page.getByText('已使用', { exact: true })).toBeVisible({ timeout: 15_000 });
      await page.goto('/wallet');
      await expect(page.getByRole('link', { name: '出示券碼' })).toHaveCount(4);
    });
  });
}

test('a web view that lost its storage: signed in again, the same person finds the same claim', async ({ page, context }) => {
  await signIn(page, invented(43));
  await page.goto('/');
  await page.getByRole('button', { name: '立即領取' }).click();
  const wallet = page.getByRole('heading', { level: 1, name: '我的卡包' });
  await expect(page.getByTestId('granted').or(wallet)).toBeVisible();
  await context.clearCookies();
  await page.goto('/wallet');
  await expect(page).toHaveURL(/\/sign-in/);
  await signIn(page, invented(43));
  await page.goto('/wallet');
  await expect(page.getByRole('link', { name: '出示券碼' })).toHaveCount(5);
});

test('the back button after a claim shows a page that claims nothing twice', async ({ page }) => {
  await signIn(page, invented(44));
  await page.goto('/');
  await page.getByRole('button', { name: '立即領取' }).click();
  const wallet = page.getByRole('heading', { level: 1, name: '我的卡包' });
  await expect(page.getByTestId('granted').or(wallet)).toBeVisible();
  await page.goto('/wallet');
  await page.goBack();
  const again = page.getByRole('button', { name: '立即領取' });
  if (await again.isVisible()) {
    await again.click();
    await expect(page.getByTestId('granted').or(wallet)).toBeVisible();
  }
  const { claims } = await (await page.request.get('/api/v1/wallet')).json();
  expect(claims).toHaveLength(1);
});
