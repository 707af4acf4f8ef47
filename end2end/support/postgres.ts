import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';

/** A database of its own in the cluster of the test run, dropped afterwards. */
export async function withDatabase(use: (url: string) => Promise<void>): Promise<void> {
  const cluster = process.env.JINQUAN_TEST_POSTGRES;
  if (!cluster) throw new Error('JINQUAN_TEST_POSTGRES must name a PostgreSQL cluster: cargo xtask test starts one');
  const name = `browser_${randomUUID().replaceAll('-', '')}`;
  const say = (sql: string) => promisify(execFile)('psql', [cluster, '--quiet', '--command', sql]);
  await say(`create database ${name}`);
  try {
    const url = new URL(cluster);
    url.pathname = `/${name}`;
    await use(url.href);
  } finally {
    await say(`drop database ${name} with (force)`);
  }
}
