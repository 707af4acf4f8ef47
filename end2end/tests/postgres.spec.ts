import { claim, invented, offered, remaining, signIn } from '../support/citizen.ts';
import { withDatabase } from '../support/postgres.ts';
import { Server } from '../support/server.ts';
import { expect, inside, test as base } from '../support/test.ts';

const test = base.extend({
  server: async ({}, use) => {
    await withDatabase(async (database) => {
      const server = await Server.start({ now: inside, database });
      await use(server);
      await server.end();
    });
  },
});

test('on PostgreSQL the same journey leads to the same wallet', async ({ page, server, another }) => {
  await signIn(page, invented(1));
  await page.goto('/');
  await claim(page);
  const vouchers = await offered(page);
  expect(vouchers).toHaveLength(5);
  await expect.poll(() => remaining(page)).toBe(59_999);
  await page.goto(vouchers[0]!);
  await expect(page.getByTestId('voucher-code')).toHaveText(/\d{4}\s+\d{4}\s+\d{4}/);

  const elsewhere = await another();
  await signIn(elsewhere, invented(1), 'second');
  await elsewhere.goto('/');
  await expect(elsewhere.locator('[data-refusal=already_claimed_through_other_account]')).toBeVisible();
  expect(await offered(elsewhere)).toEqual(vouchers);
  expect(JSON.parse(await server.run('ledger', 'verify', '--json')).ok).toBe(true);
});
