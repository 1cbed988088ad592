// Starts the test host, runs the official suite against it, and ends with "N passed, N failed": checks, not scenarios.
// Arguments: the host's dll, a folder for results, then what to run: a requirement set, or "older" for the revisions before them.
import { spawn } from 'node:child_process';
import { createWriteStream, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const [hostDll, out, ...wanted] = process.argv.slice(2);
const here = dirname(fileURLToPath(import.meta.url));
const suite = join(here, 'node_modules', '@modelcontextprotocol', 'conformance', 'dist', 'index.js');

// Requirement sets are frozen; the revisions before them have none. Left out is only what asks for the extension "skills" (SEP-2640): it is in no set,
// the product does not declare it, and the suite skips every check of it then.
const runs = {
  '2025-11-25': [['--requirements', '2025-11-25']],
  '2026-07-28': [['--requirements', '2026-07-28']],
  older: [['--suite', 'all', '--spec-version', '2025-03-26'], ['--suite', 'all', '--spec-version', '2025-06-18']],
};
const counts = { SUCCESS: 0, FAILURE: 0, WARNING: 0, SKIPPED: 0, INFO: 0 };

/** A failure of the run itself. */
function fail(text) {
  counts.FAILURE++;
  console.log(`FAILURE ${text}`);
}

async function startHost() {
  const host = spawn('dotnet', [hostDll], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: host.stdout });
  const ended = new Promise(resolve => host.once('close', resolve));
  const last = { line: '' };
  const url = new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error('The test host did not say its URL within 120 s.')), 120_000);
    lines.on('line', line => {
      last.line = line.trim() === '' ? last.line : line;
      const said = line.match(/^\{"url":"([^"]+)"\}$/);
      if (said) {
        clearTimeout(late);
        resolve(said[1]);
      }
    });
    ended.then(code => {
      clearTimeout(late);
      reject(new Error(`The test host ended with ${code} before it was ready: ${last.line}`));
    });
  });
  return { host, url, ended, last };
}

function runSuite(url, args, folder) {
  return new Promise(resolve => {
    const child = spawn(process.execPath, [suite, 'server', '--url', url, ...args, '-o', folder], { stdio: ['ignore', 'pipe', 'pipe'] });
    const log = createWriteStream(join(folder, 'suite.log'));
    let text = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', chunk => {
        text += chunk;
        log.write(chunk);
      });
    }

    const late = setTimeout(() => child.kill('SIGKILL'), 600_000);
    child.once('close', code => {
      clearTimeout(late);
      log.end();
      resolve({ code, text });
    });
  });
}

/** Every check of a run, and what is wrong with it as a whole. */
async function judge(url, args, folder) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const title = args.at(-1);
  console.log(`== ${title}`);
  const { code, text } = await runSuite(url, args, folder);
  const announced = new Set([...text.matchAll(/^Running client scenario '([^']+)'/gm)].map(found => found[1]));
  const results = readdirSync(folder).filter(name => existsSync(join(folder, name, 'checks.json')));
  const before = { ...counts };
  for (const scenario of announced) {
    const found = results.find(name => name.startsWith(`server-${scenario}-2`));
    if (!found) {
      fail(`${scenario}: no result`);
      continue;
    }

    const checks = JSON.parse(readFileSync(join(folder, found, 'checks.json'), 'utf8'));
    for (const check of checks) {
      counts[check.status] = (counts[check.status] ?? 0) + 1;
      if (check.status !== 'SUCCESS' && check.status !== 'INFO') {
        console.log(`${check.status} ${scenario} ${check.id}: ${check.errorMessage ?? JSON.stringify(check.details) ?? ''}`);
      }
    }

    // That every message fits the schema says nothing when hardly one was received.
    if (!checks.some(check => check.id !== 'wire-schema-valid' && check.status !== 'INFO')) {
      fail(`${scenario}: nothing was judged`);
    }
  }

  const passed = counts.SUCCESS - before.SUCCESS;
  if (announced.size === 0 || (code !== 0 && counts.FAILURE === before.FAILURE)) {
    fail(`${title}: the suite ended with ${code}: ${text.trim().split('\n').slice(-3).join(' ')}`);
  }

  console.log(`   ${announced.size} scenarios, ${passed} checks passed, ${counts.FAILURE - before.FAILURE} failed, ${counts.WARNING - before.WARNING} warnings, ${counts.SKIPPED - before.SKIPPED} skipped`);
}

const { host, url, ended, last } = await startHost();
try {
  const address = await url;
  for (const set of wanted) {
    for (const args of runs[set]) {
      await judge(address, args, join(out, args.at(-1)));
    }
  }
} catch (failure) {
  fail(failure.message);
} finally {
  host.stdin.end();
}

// With its input ended the host asks the product, through REST, to recompute the chain of the tenant's trail, and says what it found.
const code = await ended;
try {
  const { accepted, audit } = JSON.parse(last.line);
  console.log(`audit: ${audit.events} events, ${audit.firstBad == null ? 'chain verified' : 'CHAIN BROKEN'}; ${accepted} messages accepted`);
  if (code !== 0 || audit.firstBad != null || !(accepted > 0) || !(audit.events >= accepted)) {
    fail(`the audit trail is not whole: ${last.line}`);
  }
} catch {
  fail(`the test host ended with ${code} and no word on the audit trail`);
}

if (counts.SUCCESS === 0) {
  fail('no check passed');
}

console.log(`${counts.WARNING} warnings, ${counts.SKIPPED} skipped`);
console.log(`${counts.SUCCESS} passed, ${counts.FAILURE} failed`);
process.exitCode = counts.FAILURE === 0 ? 0 : 1;
