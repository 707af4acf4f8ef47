import type { Page } from '@playwright/test';
import { holder, invented, remaining } from '../support/citizen.ts';
import { atConsole } from '../support/counter.ts';
import { closed, expect, inside, test } from '../support/test.ts';

/** Opens the page of a round or plan, and says why in the field of that act. */
async function why(page: Page, act: string, words: string): Promise<void> {
  await page.locator(`#why-${act}`).fill(words);
}

/** Plans round 2 with what the form offers, which is what round 1 was. */
async function plan(page: Page): Promise<void> {
  await page.goto('/console/rounds');
  await page.getByRole('link', { name: '新輪次方案' }).click();
  await page.getByLabel('名稱（繁體）', { exact: true }).fill('第二輪');
  await page.getByLabel('開始', { exact: true }).fill('2020-05-01T09:00');
  await page.getByLabel('截止', { exact: true }).fill('2020-05-08T00:00');
  await page.getByRole('button', { name: '保存方案' }).click();
  await expect(page.getByRole('heading', { level: 1, name: '第二輪' })).toBeVisible();
}

test.describe('after round 1', () => {
  test.use({ serving: { now: closed } });

  test('round 2 is planned, returned, approved by another, and counted down to', async ({ page, another }) => {
    await atConsole(page, 'operator');
    await plan(page);
    await expect(page.getByTestId('cost')).toHaveText('3,000,000 元');
    await expect(page.getByTestId('state')).toHaveText('草稿');
    // What round 1 left is in the pool: nobody claimed anything of it.
    await expect(page.getByTestId('pool')).toHaveText('15,000,000 元');
    await expect(page.getByTestId('stays')).toHaveText('12,000,000 元');
    await page.getByRole('button', { name: '提交覆核' }).click();
    await expect(page.getByTestId('state')).toHaveText('待覆核');
    await expect(page.getByRole('button', { name: '核准', exact: true })).toHaveCount(0);
    // The page does not offer it, and the server does not do it.
    const form = { seen: '2', why: '我自己' };
    expect((await page.request.post('/console/rounds/r2/approve', { form, maxRedirects: 0 })).status()).toBe(403);

    const approver = await another();
    await atConsole(approver, 'approver');
    await approver.goto('/console/rounds');
    await approver.getByTestId('mine').getByRole('link', { name: '第二輪' }).click();
    await why(approver, 'approve', '請加一句餐飲說明');
    await approver.getByRole('button', { name: '退回' }).click();
    await expect(approver.getByTestId('state')).toHaveText('已退回');

    await page.goto('/console/rounds');
    await page.getByTestId('mine').getByRole('link', { name: '第二輪' }).click();
    await expect(page.getByTestId('version').first()).toContainText('請加一句餐飲說明');
    await page.getByRole('link', { name: '修改方案' }).click();
    await page.getByLabel('餐飲（繁體）', { exact: true }).fill('堂食和外賣都可以用。');
    await page.getByLabel('改了什麼、為什麼').fill('加上餐飲說明');
    await page.getByRole('button', { name: '保存方案' }).click();
    await page.getByRole('button', { name: '提交覆核' }).click();

    await approver.goto('/console/rounds/r2');
    await why(approver, 'approve', '可以');
    await approver.getByRole('button', { name: '核准', exact: true }).click();
    await expect(approver.getByTestId('state')).toHaveText('即將開始');
    await approver.goto('/');
    await expect(approver.getByRole('timer')).toBeVisible();
    await expect(approver.locator('main')).toContainText('第二輪');
    await approver.goto('/rules');
    await expect(approver.locator('main')).toContainText('餐飲：堂食和外賣都可以用。');
  });
});

test.describe('while round 1 is open', () => {
  test.use({ serving: { now: inside } });

  test('one pauses at once, and two let it go on', async ({ page, another }) => {
    await atConsole(page, 'operator');
    await page.goto('/console/rounds/r1');
    await why(page, 'pause', '核對數據');
    await page.getByRole('button', { name: '立即暫停發放' }).click();
    await expect(page.getByTestId('state')).toHaveText('暫停領取');
    const citizen = await another();
    await citizen.goto('/');
    await expect(citizen.getByRole('button', { name: '立即領取' })).toHaveCount(0);

    await why(page, 'resume', '已經核對');
    await page.getByRole('button', { name: '提議恢復發放' }).click();
    await expect(page.getByTestId('proposal')).toContainText('等另一位確認');
    await expect(page.getByRole('button', { name: '確認' })).toHaveCount(0);

    const approver = await another();
    await atConsole(approver, 'approver');
    await approver.goto('/console/rounds');
    await approver.getByTestId('mine').getByRole('link', { name: '第一輪' }).click();
    await approver.getByTestId('proposal').getByLabel('理由').fill('同意');
    await approver.getByRole('button', { name: '確認' }).click();
    await expect(approver.getByTestId('state')).not.toHaveText('暫停領取');
    const before = await remaining(citizen);
    await holder(citizen, invented(1));
    expect(await remaining(citizen)).toBe(before - 1);
  });

  test('two who edit at once: the second sees what the first wrote, and loses nothing', async ({ page, another }) => {
    await atConsole(page, 'operator');
    await plan(page);
    await page.goto('/console/rounds/r2/edit');
    const other = await another();
    await other.context().addCookies(await page.context().cookies());
    await other.goto('/console/rounds/r2/edit');
    await other.getByLabel('數量（套）').fill('50000');
    await other.getByLabel('改了什麼、為什麼').fill('減量');
    await other.getByRole('button', { name: '保存方案' }).click();
    await page.getByLabel('數量（套）').fill('70000');
    await page.getByLabel('改了什麼、為什麼').fill('加量');
    await page.getByRole('button', { name: '保存方案' }).click();
    await expect(page.getByTestId('stayed')).toContainText('減量');
    await expect(page.getByTestId('stayed')).toContainText('50,000 套');
    await expect(page.getByLabel('數量（套）')).toHaveValue('70000');
    await page.getByRole('button', { name: '以我的內容保存' }).click();
    await expect(page.getByTestId('version').first()).toContainText('50,000 套');
  });
});
