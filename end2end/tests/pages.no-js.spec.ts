import { firstVoucher, holder, invented } from '../support/citizen.ts';
import { before, expect, test } from '../support/test.ts';

test.describe('inside the round', () => {
  test('every page is complete', async ({ page }) => {
    await holder(page, invented(1));
    const pages: [path: string, heading: string, content: string][] = [
      ['/', '晉善·晉美·晉城', '第一輪'],
      ['/wallet', '我的卡包', '通用券'],
      [await firstVoucher(page), '出示券碼', '¥10'],
      ['/merchants', '參與商家', '加油券'],
      ['/rules', '活動規則', '4 月 28 日 24:00'],
      ['/sign-in', '登入', '身份證號碼'],
    ];
    for (const [path, heading, content] of pages) {
      const answer = await page.goto(path);
      expect(answer?.status(), path).toBe(200);
      await expect(page.getByRole('heading', { level: 1 }), path).toHaveCount(1);
      await expect(page.getByRole('heading', { level: 1, name: heading }), path).toBeVisible();
      await expect(page.getByRole('main'), path).toContainText(content);
      await expect(page.getByRole('banner'), path).toBeVisible();
      await expect(page.getByRole('contentinfo'), path).toContainText('12345');
      await expect(page.getByText('示範環境', { exact: true }), path).toBeVisible();
      expect(await page.title(), path).toContain('晉券');
    }
  });

  test('the landing page leads everywhere', async ({ page }) => {
    await page.goto('/');
    for (const [link, path] of [['我的卡包', '/wallet'], ['參與商家', '/merchants'], ['活動規則', '/rules']]) {
      await expect(page.getByRole('main').getByRole('link', { name: link }).first()).toHaveAttribute('href', path!);
    }
    await expect(page.getByRole('contentinfo')).toContainText('晉城市商務局');
    await expect(page.getByRole('timer')).toBeVisible();
    await page.getByRole('button', { name: '立即領取' }).click();
    await expect(page, 'the button leads a stranger to the entrances first').toHaveURL(/\/sign-in\?next=(\/|%2F)$/);
  });

  test('what is not there says so', async ({ page }) => {
    for (const path of ['/nowhere', '/rounds/r9.ics']) {
      const answer = await page.goto(path);
      expect(answer?.status(), path).toBe(404);
      await expect(page.getByRole('heading', { level: 1 }), path).toBeVisible();
      await expect(page.getByRole('main').getByRole('link', { name: '回首頁' }), path).toBeVisible();
    }
  });
});

test.describe('before the round', () => {
  test.use({ serving: { now: before } });

  test('the opening can be put into a calendar', async ({ page }) => {
    await page.goto('/');
    await expect(page.locator('[data-refusal=not_open_yet]')).toBeVisible();
    const link = page.getByRole('link', { name: '到點提醒我' });
    await expect(link).toHaveAttribute('href', '/rounds/r1.ics');
    const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
    expect(download.suggestedFilename()).toMatch(/\.ics$/);
    const answer = await page.request.get('/rounds/r1.ics');
    expect(answer.headers()['content-type']).toContain('text/calendar');
    const lines = (await answer.text()).split('\r\n');
    expect(lines[0]).toBe('BEGIN:VCALENDAR');
    expect(lines).toContain('DTSTART:20200422T010000Z');
  });
});
