import { holder, invented, signIn } from '../support/citizen.ts';
import { awake } from '../support/document.ts';
import { expect, test } from '../support/test.ts';

test('a tab that the browser froze is right when it is looked at again', async ({ page, another }) => {
  await signIn(page, invented(1));
  await page.goto('/');
  await awake(page);
  const remaining = page.getByTestId('remaining');
  await expect(remaining).toContainText('60,000');
  const browser = await page.context().newCDPSession(page);
  await browser.send('Page.setWebLifecycleState', { state: 'frozen' });
  await holder(await another(), invented(2));
  await browser.send('Page.setWebLifecycleState', { state: 'active' });
  await page.bringToFront();
  await expect(remaining).toContainText('59,999');
  await page.getByRole('button', { name: '立即領取' }).click();
  await expect(page.getByTestId('granted')).toBeVisible();
});
