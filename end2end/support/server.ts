import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** How a server is started. */
export interface Serving {
  /** Where the campaign clock starts. */
  now: string;
  /** A campaign file to import first; without one the server imports the shipped campaign. */
  campaign?: string;
  /** A configuration of risk control that is put in force before the start; needs `campaign`. */
  risk?: string;
  /** The database; without one, a file of SQLite that is removed afterwards. */
  database?: string;
  /** Where it listens; without one, at a free port. */
  listen?: string;
  /** More of the environment. */
  env?: Record<string, string>;
}

const built = fileURLToPath(new URL('../../target/debug/jinquan', import.meta.url));
const program = process.env.JINQUAN_BIN ?? built;
const logs = process.env.TEST_LOGS;
const startsWithin = 30_000;
const stopsWithin = 10_000;

/** The server under test: a process of its own with a database of its own. */
export class Server {
  url = '';
  /** What the server said on standard error. */
  log = '';
  #child?: ChildProcess;
  readonly #folder: string;
  readonly #serving: Serving;

  private constructor(folder: string, serving: Serving) {
    this.#folder = folder;
    this.#serving = serving;
  }

  static async start(serving: Serving): Promise<Server> {
    const server = new Server(await mkdtemp(join(tmpdir(), 'jinquan-')), serving);
    try {
      if (serving.campaign) await server.run('campaign', 'import', serving.campaign);
      if (serving.risk) await server.run('risk', 'configure', '--config', serving.risk, '--why', 'test');
      await server.serve(serving.now);
    } catch (error) {
      await server.end();
      throw error;
    }
    return server;
  }

  /** Stops, and starts again at the same address on the same database. */
  async restart(now: string): Promise<void> {
    await this.stop();
    await this.serve(now);
  }

  /** Runs another command of the program on the same database. */
  async run(...words: string[]): Promise<string> {
    const { stdout } = await promisify(execFile)(program, [...words, '--database', this.#database], this.#options);
    return stdout;
  }

  /** Stops, and leaves nothing behind. */
  async end(): Promise<void> {
    await this.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }

  get #database(): string {
    return this.#serving.database ?? `sqlite:${join(this.#folder, 'jinquan.db')}`;
  }

  /** Every variable that begins with JINQUAN_ is a setting, so that only those are passed on which a test wants. */
  get #options() {
    const own = Object.entries(process.env).filter(([name]) => !name.startsWith('JINQUAN_'));
    return { cwd: this.#folder, env: { ...Object.fromEntries(own), ...this.#serving.env } };
  }

  private async serve(now: string): Promise<void> {
    const listen = this.url ? new URL(this.url).host : (this.#serving.listen ?? '127.0.0.1:0');
    const place = ['--database', this.#database, '--listen', listen];
    const child = spawn(program, ['serve', '--demo', ...place, '--now', now], {
      ...this.#options,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    // A worker that ends in the middle of a test must not leave its server behind.
    process.once('exit', kill);
    child.once('exit', () => process.off('exit', kill));
    child.stderr.on('data', (text) => {
      this.log += text;
      // The test run searches what all servers have logged.
      if (logs) appendFileSync(join(logs, `browser-${child.pid}.log`), text);
    });
    const lines = createInterface(child.stdout);
    const first = await Promise.race([
      once(lines, 'line').then(([line]) => String(line)),
      once(child, 'exit').then(() => ''),
      once(child, 'error').then(([error]) => String(error)),
      expired(startsWithin),
    ]);
    const said = /^listening on (http:\/\/\S+)$/.exec(first);
    if (!said?.[1]) throw new Error(`the server did not start: ${first}\n${this.log}`);
    this.url = said[1];

    function kill() {
      child.kill('SIGKILL');
    }
  }

  private async stop(): Promise<void> {
    const child = this.#child;
    if (!child?.pid || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    if ((await Promise.race([gone, expired(stopsWithin)])) === 'too late') {
      child.kill('SIGKILL');
      await gone;
      throw new Error('the server did not stop when it was told to');
    }
  }
}

function expired(ms: number): Promise<string> {
  return new Promise((done) => setTimeout(() => done('too late'), ms).unref());
}
