import { invented, remaining, signIn } from '../support/citizen.ts';
import { awake } from '../support/document.ts';
import { expect, type Route, test } from '../support/test.ts';

const act = '**/act/claim_pack';

const no = (route: Route, status: number, body: object) =>
  route.fulfill({ status, contentType: 'application/json', body: JSON.stringify(body) });
const busy = (route: Route) => no(route, 503, { busy: { retry_after_ms: 300 } });

test.beforeEach(async ({ page }) => {
  await signIn(page, invented(1));
  await page.goto('/');
  await awake(page);
});

test('a busy desk is asked again by the page itself, with the same key', async ({ page }) => {
  const sent: (string | null)[] = [];
  let open = false;
  await page.route(act, (route) => {
    sent.push(route.request().postData());
    return open ? route.continue() : busy(route);
  });
  await page.getByRole('button', { name: '立即領取' }).click();
  await expect(page.locator('[data-refusal=busy]')).toBeVisible();
  await expect.poll(() => sent.length).toBeGreaterThanOrEqual(2);
  open = true;
  await expect(page.getByText('已領取').first()).toBeVisible({ timeout: 20_000 });
  expect(sent[0]).toContain('key=');
  expect(new Set(sent).size, 'each request is the same').toBe(1);
  await expect(page.locator('[data-refusal=busy]')).toHaveCount(0);
  expect(await remaining(page)).toBe(59_999);
});

test('whoever asked too often is told to wait, and asked for again', async ({ page }) => {
  let asked = 0;
  await page.route(act, (route) => {
    asked += 1;
    return asked > 1 ? route.continue() : no(route, 429, { too_many: { retry_after_ms: 2_000 } });
  });
  await page.getByRole('button', { name: '立即領取' }).click();
  await expect(page.locator('[data-refusal=busy]')).toBeVisible();
  await expect(page.getByText('已領取').first()).toBeVisible({ timeout: 20_000 });
  expect(asked).toBe(2);
});

test('a no is said aloud and seen, and leaves the focus in the bar', async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 560 });
  await page.route(act, (route) => no(route, 403, { refused: { refusal: 'not_in_audience' } }));
  const bar = page.getByTestId('claim-bar');
  await bar.getByRole('button', { name: '立即領取' }).press('Enter');
  await expect(bar.getByRole('status')).toContainText('這一輪不是面向您的');
  await expect(page.locator('.notice[data-refusal=not_in_audience]')).toBeInViewport({ ratio: 1 });
  await expect(bar.getByRole('link', { name: '我的卡包' })).toBeFocused();
});

test('a double click is one request', async ({ page }) => {
  let answer = () => {};
  const pressed = new Promise<void>((done) => (answer = done));
  let requests = 0;
  await page.route(act, async (route) => {
    requests += 1;
    await pressed;
    await route.continue();
  });
  await page.getByRole('button', { name: '立即領取' }).dblclick();
  await expect(page.getByText('正在辦理')).toBeVisible();
  answer();
  await expect(page.getByText('已領取').first()).toBeVisible();
  expect(requests).toBe(1);
});

test('a broken connection is settled with the same key', async ({ page }) => {
  const sent: (string | null)[] = [];
  await page.route(act, (route) => {
    sent.push(route.request().postData());
    return sent.length === 1 ? route.abort('connectionreset') : route.continue();
  });
  await page.getByRole('button', { name: '立即領取' }).click();
  await expect(page.getByText('已領取').first()).toBeVisible({ timeout: 20_000 });
  expect(sent.length).toBeGreaterThanOrEqual(2);
  expect(new Set(sent).size).toBe(1);
});

test('an answer that never comes is asked for again', async ({ page }) => {
  const sent: (string | null)[] = [];
  await page.route(act, (route) => {
    sent.push(route.request().postData());
    // The first stays open for ever, as on a network that the phone has left.
    return sent.length === 1 ? undefined : route.continue();
  });
  await page.getByRole('button', { name: '立即領取' }).click();
  await expect(page.getByText('已領取').first()).toBeVisible({ timeout: 20_000 });
  expect(sent).toHaveLength(2);
  expect(sent[1]).toBe(sent[0]);
});

test('a reply that was lost costs nothing', async ({ page }) => {
  let asked = 0;
  await page.route(act, async (route) => {
    asked += 1;
    if (asked > 1) return route.continue();
    await route.fetch();
    return route.abort('connectionreset');
  });
  await page.getByRole('button', { name: '立即領取' }).click();
  await expect(page.getByText('已領取').first()).toBeVisible({ timeout: 20_000 });
  await expect(page.locator('[data-refusal]')).toHaveCount(0);
  expect(await remaining(page)).toBe(59_999);
});
