// Runs a program that emcc made in a real browser, and says what it says.
//
//     node browser.mjs chromium|firefox COMMAND PROGRAM.js [ARGUMENT...]
//
// Serves the program's folder with the headers that shared memory needs, opens a page on it, and lets the
// page send every line back: so no driver is needed. The exit code is the program's; 3 when it never ends.
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { createReadStream, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, extname, join } from 'node:path';

const [kind, command, program, ...programArguments] = process.argv.slice(2);
const deadlineMs = 150_000;

const page = `<!doctype html><meta charset="utf-8"><title>abi</title><script>
let sent = Promise.resolve();
const send = (path, body) => { sent = sent.then(() => fetch(path, { method: 'POST', body })); };
var Module = {
  arguments: ${JSON.stringify(programArguments)},
  print: (line) => send('/line', line),
  printErr: (line) => send('/line', line),
  onExit: (code) => send('/exit', String(code)),
  onAbort: (why) => { send('/line', 'aborted: ' + why); send('/exit', '4'); },
};
// Emscripten ends main() by throwing; that is no error.
addEventListener('error', (e) => { if (e.error?.name !== 'ExitStatus') { send('/line', 'error: ' + e.message); send('/exit', '5'); } });
if (!crossOriginIsolated) send('/line', 'the page is not isolated: no shared memory');
</script><script src="/${basename(program)}"></script>`;

const types = { '.js': 'text/javascript', '.wasm': 'application/wasm' };

const profile = mkdtempSync(join(tmpdir(), 'tamis-abi-'));
let browser;

const finish = (code) => {
  server.close();
  if (browser?.pid) {
    // The browser's children are in its process group, which we made.
    try {
      process.kill(-browser.pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  }
  setTimeout(() => {
    rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    process.exit(code);
  }, 200);
};

const server = createServer((request, response) => {
  const { pathname } = new URL(request.url, 'http://localhost');
  response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
  response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp');
  response.setHeader('Cache-Control', 'no-store');
  if (request.method === 'POST') {
    let body = '';
    request.setEncoding('utf8').on('data', (part) => (body += part));
    request.on('end', () => {
      response.end();
      if (pathname === '/exit') finish(Number(body));
      else console.log(body);
    });
    return;
  }
  if (pathname === '/') {
    response.setHeader('Content-Type', 'text/html');
    response.end(page);
    return;
  }
  const file = join(dirname(program), basename(pathname));
  if (!existsSync(file)) {
    response.writeHead(404).end();
    return;
  }
  response.setHeader('Content-Type', types[extname(file)] ?? 'application/octet-stream');
  createReadStream(file).pipe(response);
});

const flags = {
  chromium: (url) => [
    '--headless=new', '--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-dev-shm-usage', '--no-first-run',
    '--disable-background-networking', '--disable-component-update', '--disable-sync', `--user-data-dir=${profile}`, url,
  ],
  firefox: (url) => {
    // No first-run pages, no updates, nothing that loads anything but our page.
    writeFileSync(
      join(profile, 'user.js'),
      ['browser.shell.checkDefaultBrowser', 'datareporting.policy.dataSubmissionEnabled', 'app.update.enabled', 'browser.aboutwelcome.enabled']
        .map((pref) => `user_pref("${pref}", false);\n`)
        .join(''),
    );
    return ['--headless', '--no-remote', '--profile', profile, url];
  },
};

server.listen(0, '127.0.0.1', () => {
  const url = `http://127.0.0.1:${server.address().port}/`;
  browser = spawn(command, flags[kind](url), { detached: true, stdio: 'ignore' });
  browser.on('error', (error) => {
    console.log(`cannot start ${command}: ${error.message}`);
    finish(2);
  });
  setTimeout(() => {
    console.log(`the program did not end within ${deadlineMs / 1000} s`);
    finish(3);
  }, deadlineMs);
});
