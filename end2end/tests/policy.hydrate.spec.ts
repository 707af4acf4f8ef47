import { claim, firstVoucher, invented, signIn } from '../support/citizen.ts';
import { atConsole, atTill } from '../support/counter.ts';
import { awake } from '../support/document.ts';
import { expect, type Page, test } from '../support/test.ts';

/** Keeps what the policy of a page stops, for the page and for whatever it loads. */
async function watch(page: Page): Promise<string[]> {
  const stopped: string[] = [];
  await page.exposeFunction('stopped', (what: string) => stopped.push(what));
  await page.addInitScript(() => {
    const { stopped } = window as unknown as { stopped: (what: string) => void };
    document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) =>
      stopped(`${location.pathname}: ${effectiveDirective} ${blockedURI}`),
    );
  });
  return stopped;
}

test('no page stops anything of its own', async ({ page }) => {
  const stopped = await watch(page);
  await page.goto('/');
  await awake(page);
  await page.goto('/sign-in');
  await signIn(page, invented(1));
  await page.goto('/');
  await awake(page);
  await claim(page);
  for (const address of ['/wallet', '/results', '/rules', '/merchants', '/me', '/merchant', '/nothing']) {
    await page.goto(address);
    await expect(page.locator('h1')).toBeVisible();
  }
  await page.goto(await firstVoucher(page));
  await awake(page);
  // From page to page within the document, whose policy stays.
  await page.goto('/');
  await page.getByRole('link', { name: '我的卡包' }).first().click();
  await expect(page.getByRole('heading', { level: 1, name: '我的卡包' })).toBeVisible();

  await atTill(page);
  await page.goto('/till');
  await expect(page.locator('[data-pad]')).toBeVisible();
  await atConsole(page, 'operator');
  for (const address of ['/console', '/console/rounds', '/console/planner']) {
    await page.goto(address);
    await expect(page.locator('h1')).toBeVisible();
  }
  expect(stopped).toEqual([]);
});

test('the islands wake also where the browser knows no preloading of modules', async ({ page }) => {
  await page.route('/', async (route) => {
    const answer = await route.fetch();
    const body = (await answer.text()).replace(/<link rel="modulepreload"[^>]*>/, '');
    expect(body).not.toContain('modulepreload');
    await route.fulfill({ response: answer, body });
  });
  const stopped = await watch(page);
  await page.goto('/');
  await awake(page);
  expect(stopped).toEqual([]);
});

// What somebody might get into a page: none of it runs, also not a file of our own that the page does not name.
for (const signedIn of [false, true]) {
  test(`what got into a page does not run, ${signedIn ? 'by the nonce' : 'by the digests'}`, async ({ page }) => {
    const stopped = await watch(page);
    if (signedIn) await signIn(page, invented(2));
    await atTill(page);
    const till = await (await page.request.get('/till')).text();
    const [, kit] = /src="(\/assets\/till-kit[^"]*)"/.exec(till)!;
    await page.route('/', async (route) => {
      const answer = await route.fetch();
      const policy = answer.headers()['content-security-policy']!;
      expect(policy).toContain(signedIn ? "script-src 'nonce-" : "script-src 'sha256-");
      const body = (await answer.text()).replace(
        '</main>',
        `</main><script>window.injected = 1</script><script nonce="AAAAAAAAAAAAAAAAAAAAAA==">window.injected = 2</script>
        <img src="/nothing.png" alt="" onerror="window.injected = 3"><script src="${kit}"></script>
        <base href="https://elsewhere.example/"><a id="trap" href="javascript:window.injected=4">.</a>`,
      );
      await route.fulfill({ response: answer, body });
    });
    await page.goto('/');
    await awake(page);
    await page.evaluate(() => document.getElementById('trap')!.click());
    await expect.poll(() => stopped.length).toBeGreaterThanOrEqual(6);
    expect(await page.evaluate(() => ['injected' in window, 'jinquanTill' in window])).toEqual([false, false]);
    expect(await page.evaluate(() => new URL('/x', document.baseURI).host)).toBe(new URL(page.url()).host);
  });
}
