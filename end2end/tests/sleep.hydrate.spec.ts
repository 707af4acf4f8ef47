import { type Citizen, claim, firstVoucher, holder, invented, remaining, signIn } from '../support/citizen.ts';
import { codeOf, sampleShop, withVouchers } from '../support/counter.ts';
import { awake, settled } from '../support/document.ts';
import { expect, type Page, test } from '../support/test.ts';

// A device that sleeps stops the page's timers and its clock, and the time of the server goes on: here the page's clock
// stands still, the stream is cut, and the server comes back at a later time. What is right again afterwards is so
// because the page woke up, for no timer has run.
async function fallAsleep(page: Page): Promise<void> {
  await page.clock.pauseAt(await page.evaluate(() => Date.now() + 200));
}

function wakeUp(page: Page): Promise<boolean> {
  return page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
}

/** A page out of the history, as it was left. */
function comeBack(page: Page): Promise<boolean> {
  return page.evaluate(() => window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })));
}

const withoutTheModule = (page: Page) => page.route('**/*.wasm', (route) => route.abort());
const button = (page: Page) => page.getByRole('button', { name: '立即領取' });

test.beforeEach(async ({ page }) => {
  await page.clock.install();
  await page.route('**/live', (route) => route.abort());
});

for (const module of ['with the module', 'without it']) {
  test.describe(module, () => {
    test.beforeEach(async ({ page }) => {
      if (module === 'without it') await withoutTheModule(page);
    });

    test.describe('before the opening', () => {
      test.use({ serving: { now: '2020-04-22T08:30:00+08:00' } });

      test('the countdown, the button and the stock are right at once', async ({ page, server, another }) => {
        await signIn(page, invented(1));
        await page.goto('/');
        await settled(page);
        await expect(button(page)).toHaveCount(0);
        await fallAsleep(page);
        await server.restart('2020-04-22T10:00:00+08:00');
        const other = await another();
        await signIn(other, invented(2));
        await other.goto('/');
        await claim(other);
        await wakeUp(page);
        await expect(button(page)).toBeVisible();
        await expect(page.getByTestId('remaining')).toContainText('59,999');
        await expect(page.getByTestId('countdown')).toContainText(/6\s*天\s*1[34]\s*時/);
      });
    });

    test('the code on the screen is the one that is valid', async ({ page, server }) => {
      const [voucher] = await withVouchers(page, invented(3));
      await page.goto(`/wallet/${voucher}`);
      await settled(page);
      const code = page.getByTestId('voucher-code');
      const old = await code.innerText();
      await fallAsleep(page);
      await server.restart('2020-04-22T12:00:00+08:00');
      await wakeUp(page);
      await expect(code).not.toHaveText(old);
      const { digits } = await codeOf(page, voucher!);
      expect((await code.innerText()).replaceAll(/\s/g, '')).toBe(digits);
    });
  });
}

test.describe('before the opening, without a network at first', () => {
  test.use({ serving: { now: '2020-04-22T08:30:00+08:00' } });

  test('the countdown and the button are right with the first word that is heard', async ({ page, server }) => {
    await signIn(page, invented(8));
    await page.goto('/');
    await awake(page);
    await expect(button(page)).toHaveCount(0);
    await fallAsleep(page);
    await server.restart('2020-04-22T10:00:00+08:00');
    let lost = 0;
    await page.route('**/act/load_live*', (route) => {
      lost += 1;
      return route.abort();
    });
    await wakeUp(page);
    await expect.poll(() => lost).toBeGreaterThanOrEqual(3);
    await expect(button(page)).toHaveCount(0);
    await page.unroute('**/act/load_live*');
    // The page asks every few seconds as long as there is no stream.
    await expect.poll(async () => {
      await page.clock.runFor(1_000);
      return button(page).count();
    }, { timeout: 25_000 }).toBe(1);
  });
});

test('whoever waits for their turn has it when the page wakes up after it', async ({ page, server }) => {
  const sent: (string | null)[] = [];
  await signIn(page, invented(4));
  await page.goto('/');
  await awake(page);
  await page.route('**/act/claim_pack', (route) => {
    sent.push(route.request().postData());
    const answer = { status: 503, contentType: 'application/json', body: '{"busy":{"retry_after_ms":600000}}' };
    return sent.length === 1 ? route.fulfill(answer) : route.continue();
  });
  await button(page).click();
  await expect(page.locator('[data-refusal=busy]')).toBeVisible();
  await fallAsleep(page);
  await server.restart('2020-04-22T11:00:00+08:00');
  const measured = page.waitForResponse('**/act/load_live*');
  await wakeUp(page);
  await measured;
  // The nap of a second that it took, of the ten minutes that it would still have waited.
  await expect.poll(async () => {
    await page.clock.runFor(1_000);
    return sent.length;
  }).toBe(2);
  await expect(page.getByTestId('granted')).toBeVisible();
  expect(sent[1]).toBe(sent[0]);
});

test.describe('a stream that is open, and silent', () => {
  test.beforeEach(async ({ page }) => {
    await page.addInitScript(() => {
      // As a connection is that nobody has told of its end.
      const opened: string[] = [];
      class EventSource extends EventTarget {
        readyState = 1;
        constructor(address: string) {
          super();
          opened.push(address);
        }
        close() {
          this.readyState = 2;
        }
      }
      Object.assign(window, { EventSource, opened });
    });
  });

  const opened = (page: Page) => page.evaluate(() => (window as unknown as { opened: string[] }).opened.length);

  test('is opened anew when the page wakes up after it died, and kept when it lives', async ({ page }) => {
    await page.goto('/');
    await awake(page);
    await expect.poll(() => opened(page)).toBe(1);
    await fallAsleep(page);
    await wakeUp(page);
    expect(await opened(page)).toBe(1);
    await page.clock.fastForward(60_000);
    await wakeUp(page);
    expect(await opened(page)).toBe(2);
  });

  test('is given up while the page is looked at, and the page asks by itself', async ({ page, another }) => {
    let asked = 0;
    page.on('request', (request) => {
      if (request.url().includes('/act/load_live')) asked += 1;
    });
    await page.goto('/');
    await awake(page);
    await holder(await another(), invented(9));
    const measuring = asked;
    // Time goes on; nothing is said. The second step is the pause before a question, at its longest.
    await page.clock.fastForward(21_000);
    await page.clock.fastForward(6_000);
    await expect.poll(() => asked).toBeGreaterThan(measuring);
    await expect(page.getByTestId('remaining')).toContainText('59,999');
    expect(await opened(page)).toBe(1);
  });
});

test('a wallet out of the history shows what was used meanwhile', async ({ page }) => {
  const [voucher] = await withVouchers(page, invented(5));
  await page.goto('/wallet');
  await settled(page);
  await expect(page.getByRole('link', { name: '出示券碼' })).toHaveCount(5);
  const { code } = await codeOf(page, voucher!);
  const shop = (await sampleShop(page.request)) as Awaited<ReturnType<typeof sampleShop>> & { till_key: string };
  const sold = await page.request.post('/api/v1/redemptions', {
    data: { code, order_fen: 5_000, merchant_coupon_fen: 0, scene: 'in_store' },
    headers: { 'Idempotency-Key': 'sale-1', authorization: `Bearer ${shop.till_key}` },
  });
  expect(sold.status(), await sold.text()).toBe(201);
  await comeBack(page);
  await expect(page.getByRole('link', { name: '出示券碼' })).toHaveCount(4);
});

test('what somebody has begun to write stays when the page comes out of the history', async ({ page }) => {
  await page.goto('/sign-in');
  const field = page.getByLabel('姓名', { exact: true });
  await field.fill('晉一');
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await comeBack(page);
  await wakeUp(page);
  await expect(field).toHaveValue('晉一');
  expect(asked).toEqual([]);
});

test.describe('a browser that keeps nothing', () => {
  test.beforeEach(async ({ page }) => {
    await page.addInitScript(() => {
      const get = () => {
        throw new DOMException('no storage', 'SecurityError');
      };
      for (const name of ['localStorage', 'sessionStorage', 'indexedDB']) Object.defineProperty(window, name, { get });
    });
  });

  test('a claim whose answer was lost with the page is settled by the same key', async ({ page }) => {
    const person: Citizen = invented(6);
    const keys: (string | null)[] = [];
    const errors: Error[] = [];
    page.on('pageerror', (error) => errors.push(error));
    await signIn(page, person);
    await page.goto('/');
    await awake(page);
    // The desk grants, and nobody hears it: the page is gone before the answer is there.
    await page.route('**/act/claim_pack', async (route) => {
      keys.push(new URLSearchParams(route.request().postData() ?? '').get('key'));
      await route.fetch();
      await route.abort();
    });
    await button(page).click();
    await expect.poll(() => remaining(page)).toBe(59_999);
    await page.unroute('**/act/claim_pack');
    await page.goto('/wallet');
    await expect(page.getByRole('link', { name: '出示券碼' })).toHaveCount(5);
    // Signed in anew on a browser that has forgotten all: the same person, the same claim.
    await page.context().clearCookies();
    await signIn(page, person);
    await page.goto(await firstVoucher(page));
    await expect(page.getByTestId('voucher-code')).toBeVisible();
    expect(await remaining(page)).toBe(59_999);
    expect(new Set(keys).size).toBe(1);
    expect(errors).toEqual([]);
  });
});
