import { holder, invented } from '../support/citizen.ts';
import { awake, mark, marked } from '../support/document.ts';
import { expect, type Page, test } from '../support/test.ts';

/** Follows a link and waits for the page behind it. */
async function follow(page: Page, link: string, heading: string) {
  await page.getByRole('link', { name: link, exact: true }).first().click();
  await expect(page.getByRole('heading', { level: 1, name: heading })).toBeVisible();
}

const focused = (page: Page) => page.evaluate(() => document.activeElement?.closest('main, h1')?.tagName);

/** Loads the page again as the islands do. */
const refresh = (page: Page) =>
  page.evaluate(() => (window as unknown as { jinquan: { refresh(): Promise<void> } }).jinquan.refresh());

test('moving between pages keeps the document, and its title, focus and place are right', async ({ page }) => {
  await holder(page, invented(1));
  await page.goto('/');
  await awake(page);
  await mark(page);
  for (const [link, heading, path] of [
    ['活動規則', '活動規則', '/rules'],
    ['參與商家', '參與商家', '/merchants'],
  ] as const) {
    await follow(page, link, heading);
    await expect(page).toHaveURL(path);
    await expect(page).toHaveTitle(new RegExp(heading));
    expect(await focused(page), 'the focus is at the beginning of the new page').toBeTruthy();
    expect(await page.evaluate(() => window.scrollY)).toBe(0);
  }
  await page.goBack();
  await expect(page.getByRole('heading', { level: 1, name: '活動規則' })).toBeVisible();
  await expect(page).toHaveTitle(/活動規則/);
  await page.goBack();
  await expect(page.getByRole('heading', { level: 1, name: '晉善·晉美·晉城' })).toBeVisible();
  await page.goForward();
  await expect(page).toHaveURL('/rules');
  await expect(page.getByRole('heading', { level: 1, name: '活動規則' })).toBeVisible();
  expect(await marked(page)).toBe(true);
});

test('going back finds the place that was left', async ({ page }) => {
  await page.goto('/rules');
  await mark(page);
  await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
  const left = await page.evaluate(() => window.scrollY);
  expect(left).toBeGreaterThan(0);
  await follow(page, '參與商家', '參與商家');
  await page.goBack();
  await expect(page.getByRole('heading', { level: 1, name: '活動規則' })).toBeVisible();
  await expect.poll(() => page.evaluate(() => window.scrollY)).toBe(left);
  expect(await marked(page)).toBe(true);
});

test('a page that is loaded again does not take away the link that was followed', async ({ page }) => {
  await page.goto('/');
  await awake(page);
  await mark(page);
  let answer = () => {};
  const slow = new Promise<void>((done) => (answer = done));
  await page.route('**/rules', async (route) => {
    await slow;
    await route.continue();
  });
  await page.getByRole('link', { name: '活動規則', exact: true }).first().click();
  await refresh(page);
  answer();
  await expect(page.getByRole('heading', { level: 1, name: '活動規則' })).toBeVisible();
  await expect(page).toHaveURL('/rules');
  expect(await marked(page)).toBe(true);
});

test('a page that the server is too busy to load again stays, and is asked for again', async ({ page }) => {
  await page.goto('/rules');
  await mark(page);
  let asked = 0;
  await page.route('**/rules', async (route) => {
    asked += 1;
    if (asked > 1) return route.continue();
    const answer = await route.fetch();
    const body = (await answer.text()).replace(/<main[^]*<\/main>/, '<main id="main" tabindex="-1">前方擁擠</main>');
    return route.fulfill({ status: 503, contentType: 'text/html; charset=utf-8', body });
  });
  await refresh(page);
  await expect(page.getByRole('heading', { level: 1, name: '活動規則' })).toBeVisible();
  await expect.poll(() => asked).toBe(2);
  await expect(page.getByRole('heading', { level: 1, name: '活動規則' })).toBeVisible();
  expect(await marked(page)).toBe(true);
});

test('one live stream serves all the pages', async ({ page }) => {
  const streams: string[] = [];
  page.on('request', (request) => {
    if (request.url().endsWith('/live')) streams.push(request.url());
  });
  await holder(page, invented(1));
  await page.goto('/');
  await awake(page);
  await expect.poll(() => streams.length).toBe(1);
  await follow(page, '活動規則', '活動規則');
  await page.goBack();
  await follow(page, '我的卡包', '我的卡包');
  await page.goBack();
  await expect(page.getByTestId('remaining')).toBeVisible();
  expect(streams).toHaveLength(1);

  // It still speaks to the page that came back.
  const other = await page.context().browser()!.newContext({ baseURL: new URL(page.url()).origin });
  await holder(await other.newPage(), invented(2));
  await expect(page.getByTestId('remaining')).toContainText('59,998');
  await other.close();
});

test('choosing a language changes the words and the language of the document', async ({ page }) => {
  await page.goto('/rules');
  await page.getByRole('button', { name: '简体中文' }).click();
  await expect(page).toHaveURL('/rules');
  await expect(page.getByRole('heading', { level: 1, name: '活动规则' })).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh-Hans');
  await follow(page, '参与商家', '参与商家');
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh-Hans');
});

test('a page that is loaded again keeps the focus where it was, and on no other control', async ({ page }) => {
  await holder(page, invented(3));
  await page.goto('/wallet');
  const codes = page.getByRole('link', { name: '出示券碼' });
  await codes.nth(1).focus();
  await refresh(page);
  await expect(codes.nth(1)).toBeFocused();
  // The next page has one control more in front of it.
  await page.route('**/wallet', async (route) => {
    const answer = await route.fetch();
    const body = (await answer.text()).replace(/<main[^>]*>/, '$&<a href="/">.</a>');
    await route.fulfill({ response: answer, body });
  });
  await refresh(page);
  await expect(page.getByRole('link', { name: '.', exact: true })).toBeVisible();
  await expect(page.getByRole('main')).toBeFocused();
});
