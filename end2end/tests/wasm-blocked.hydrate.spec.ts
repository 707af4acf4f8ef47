import { claim, invented, offered, signIn } from '../support/citizen.ts';
import { expect, test } from '../support/test.ts';

// A browser that runs our script but cannot have the module: an old kernel, or a network that drops it.
test.beforeEach(async ({ page }) => {
  await page.route('**/*.wasm', (route) => route.abort());
});

test.describe('inside the round', () => {
  test('a claim goes through the form', async ({ page }) => {
    const { name, identity_number } = invented(1);
    await page.goto('/');
    await page.getByRole('button', { name: '立即領取' }).click();
    await page.getByLabel('姓名', { exact: true }).fill(name);
    await page.getByLabel('身份證號碼', { exact: true }).fill(identity_number);
    await page.getByRole('button', { name: '登入', exact: true }).click();
    await expect(page).toHaveURL('/');
    await claim(page);
    await expect(page).toHaveURL('/wallet');
    await expect(page.getByRole('link', { name: '出示券碼' })).toHaveCount(5);
  });

  test('who stands in the line sees the place, and the page asks again when it is their turn', async ({ page }) => {
    await signIn(page, invented(4));
    let asked = 0;
    await page.route(
      (url) => url.pathname === '/',
      async (route) => {
        asked += 1;
        if (asked > 1) return route.continue();
        const answer = await route.fetch();
        const body = (await answer.text())
          .replace('</head>', '<noscript><meta http-equiv="refresh" content="2"></noscript></head>')
          .replace('</main>', '<noscript><p data-testid="line">正在排隊</p></noscript></main>');
        return route.fulfill({ contentType: 'text/html; charset=utf-8', body });
      },
    );
    await page.goto('/');
    await expect(page.getByTestId('line')).toHaveText('正在排隊');
    await expect(page.getByTestId('line')).toHaveCount(0);
    expect(asked).toBe(2);
    await expect(page.getByRole('button', { name: '立即領取' })).toBeVisible();
  });
});

test.describe('more than a day before', () => {
  test.use({ serving: { now: '2020-04-21T08:00:05+08:00' } });

  test('the clock of the bar runs', async ({ page }) => {
    await page.goto('/');
    const clock = page.locator('.claim-bar__clock');
    await expect(clock).toHaveText(/^0?1 天 00:59:\d\d$/);
    const first = await clock.innerText();
    await expect(clock).not.toHaveText(first);
    await expect(clock).toHaveText(/^01 天 00:59:\d\d$/);
  });
});

test.describe('before the opening', () => {
  test.use({ serving: { now: '2020-04-22T08:59:50+08:00' } });

  test('the countdown runs, the page comes back with the button, and the claim succeeds', async ({ page, request }) => {
    await signIn(page, invented(2));
    await page.goto('/');
    await expect(page.getByTestId('countdown')).toBeVisible();
    await expect(page.getByRole('button', { name: '立即領取' })).toHaveCount(0);
    await expect(page.getByRole('button', { name: '立即領取' })).toBeVisible({ timeout: 25_000 });
    const { server_time } = await (await request.get('/api/v1/rounds/r1')).json();
    expect(Date.parse(server_time) - Date.parse('2020-04-22T09:00:00+08:00')).toBeLessThanOrEqual(5_000);
    await claim(page);
    await expect(page).toHaveURL('/wallet');
  });
});

test.describe('at the till', () => {
  test.use({ serving: { now: '2020-04-22T10:00:15+08:00' } });

  test('the code page shows the next code by itself', async ({ page }) => {
    await signIn(page, invented(3));
    await page.goto('/');
    await claim(page);
    const [address] = await offered(page);
    await page.goto(address!);
    const code = page.getByTestId('voucher-code');
    const digits = await code.innerText();
    await expect(code).not.toHaveText(digits, { timeout: 30_000 });
    await expect(code).toHaveText(/^\s*\d{4}\s+\d{4}\s+\d{4}\s*$/);
  });
});
