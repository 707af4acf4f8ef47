import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { invented, remaining, signIn } from '../support/citizen.ts';
import { expect, test } from '../support/test.ts';

// The other site even knows the key of the person's own form: what is tested is the refusal of its origin.
test('a form on another site claims nothing', async ({ page, server }) => {
  await signIn(page, invented(1));
  await page.goto('/');
  const form = page.locator('form', { has: page.getByRole('button', { name: '立即領取' }) });
  const fields = await form.locator('input[type=hidden]').all();
  const copies = await Promise.all(
    fields.map(async (field) => {
      const [name, value] = [await field.getAttribute('name'), await field.inputValue()];
      return `<input type="hidden" name="${name}" value="${value}">`;
    }),
  );
  expect(copies.length).toBeGreaterThanOrEqual(3);

  const site = await serve(
    `<form method="post" action="${server.url}/act/claim_pack">${copies.join('')}<button>Win</button></form>`,
  );
  const { port } = site.address() as AddressInfo;
  // By another name it is another site, by another port another origin of the same one, which is sent the cookie.
  for (const host of ['localhost', '127.0.0.1']) {
    await page.goto(`http://${host}:${port}/`);
    const [answer] = await Promise.all([
      page.waitForResponse((answer) => answer.url().endsWith('/act/claim_pack')),
      page.getByRole('button', { name: 'Win' }).click(),
    ]);
    expect(answer.status(), host).toBe(403);
  }
  await new Promise((done) => site.close(done));

  expect(await remaining(page)).toBe(60_000);
  await page.goto('/wallet');
  await expect(page.getByTestId('voucher')).toHaveCount(0);
});

async function serve(html: string): Promise<Server> {
  const site = createServer((_, answer) => {
    answer.setHeader('Connection', 'close').setHeader('Content-Type', 'text/html').end(html);
  });
  await new Promise<void>((done) => site.listen(0, done));
  return site;
}
