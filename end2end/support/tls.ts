import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { createServer, type Server as TlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A key and a certificate that nobody vouches for, thrown away at once. */
async function identity(): Promise<{ key: Buffer; cert: Buffer }> {
  const folder = await mkdtemp(join(tmpdir(), 'jinquan-tls-'));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const wanted = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost'];
  await promisify(execFile)('openssl', [...wanted, '-keyout', key, '-out', cert]);
  const files = { key: await readFile(key), cert: await readFile(cert) };
  await rm(folder, { recursive: true });
  return files;
}

async function listening(server: TlsServer): Promise<number> {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return (server.address() as AddressInfo).port;
}

/** What stands before the server in a city: TLS, and the request as it came. */
export async function gateway(target: () => string): Promise<{ server: TlsServer; port: number }> {
  const server = createServer(await identity(), (incoming, outgoing) => {
    const passed = request(target() + incoming.url, { method: incoming.method, headers: incoming.headers }, (answer) => {
      outgoing.writeHead(answer.statusCode!, answer.rawHeaders);
      answer.pipe(outgoing);
    });
    passed.on('error', () => outgoing.destroy());
    incoming.pipe(passed);
  });
  return { server, port: await listening(server) };
}

/** A portal: a page of somebody else's with that address in a frame. */
export async function portal(framed: () => string): Promise<{ server: TlsServer; port: number }> {
  const server = createServer(await identity(), (_, outgoing) => {
    outgoing.setHeader('Content-Type', 'text/html; charset=utf-8');
    outgoing.end(`<!DOCTYPE html><title>portal</title><iframe src="${framed()}" width="400" height="800"></iframe>`);
  });
  return { server, port: await listening(server) };
}
