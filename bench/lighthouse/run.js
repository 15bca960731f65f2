// Measures the pages of `audipy demo` with Lighthouse: every page must reach
// `least` points for accessibility and best practices; how fast the first two
// come is printed, the median of three runs as on a phone.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { launch } from "chrome-launcher";
import lighthouse from "lighthouse";

const least = 95;
const gates = ["accessibility", "best-practices"];
const pages = ["/", "/library", "/series", "/next", "/accounts", "/sync-runs", "/settings", "/security"];
const timed = ["/", "/library"];
const person = { email: "kim@example.com", password: "a made-up pass phrase" };

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Builds and starts the demo; resolves with its address and the way to end it. */
async function startDemo() {
  const build = spawn("go", ["build", "-o", "dist/audipy-lighthouse", "./cmd/audipy"], { cwd: root, stdio: "inherit" });
  const [code] = await once(build, "exit");
  if (code !== 0) throw new Error("the program was not built");
  const args = ["demo", "--listen", "localhost:0", "--books", "718", "--second", "100"];
  const demo = spawn(`${root}/dist/audipy-lighthouse`, args, { stdio: ["ignore", "pipe", "inherit"] });
  for await (const text of demo.stdout) {
    const found = /AudiPy is at (http:\/\/\S+)/.exec(text);
    if (found) return { address: found[1], stop: () => demo.kill() };
  }
  throw new Error("the demo ended");
}

/** Signs the made-up person in; the header that shows it. */
async function signIn(address) {
  const answer = await fetch(`${address}/api/v1/session`, {
    method: "POST",
    headers: { "Content-Type": "application/json", Origin: address, "Sec-Fetch-Site": "same-origin" },
    body: JSON.stringify({ ...person, remember: true }),
  });
  if (!answer.ok) throw new Error(`signing in was answered with ${answer.status}: ${await answer.text()}`);
  return { Cookie: answer.headers.getSetCookie().map((one) => one.split(";")[0]).join("; ") };
}

/** Points from 0 to 100 by category, and what cost some. */
async function measure(port, url, extraHeaders, settings) {
  const run = () => lighthouse(url, { port, extraHeaders, logLevel: "error", ...settings });
  let { lhr } = await run();
  // A busy machine may miss the beginning of a trace.
  if (lhr.runtimeError) ({ lhr } = await run());
  if (lhr.runtimeError) throw new Error(`${url}: ${lhr.runtimeError.message}`);
  const points = {};
  const lost = [];
  for (const [name, category] of Object.entries(lhr.categories)) {
    points[name] = Math.round(category.score * 100);
    for (const { id, weight } of category.auditRefs) {
      const { score, title } = lhr.audits[id];
      if (weight > 0 && score !== null && score < 0.9) lost.push(title);
    }
  }
  return { points, lost, at: new URL(lhr.finalDisplayedUrl).pathname };
}

async function main() {
  const demo = await startDemo();
  const chromePath = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);
  const chrome = await launch({ chromePath, chromeFlags: ["--headless=new", "--no-sandbox", "--disable-gpu"] });
  let isGood = true;
  try {
    const headers = await signIn(demo.address);
    for (const [path, who] of [["/sign-in", {}], ...pages.map((path) => [path, headers])]) {
      const { points, lost, at } = await measure(chrome.port, demo.address + path, who, {
        onlyCategories: gates,
        throttlingMethod: "provided",
      });
      const passes = at === path && gates.every((gate) => points[gate] >= least);
      isGood &&= passes;
      console.log(passes ? "ok  " : "FAIL", at, JSON.stringify(points), lost.join("; "));
    }
    for (const path of timed) {
      const runs = [];
      for (let run = 0; run < 3; run++) {
        runs.push(await measure(chrome.port, demo.address + path, headers, { onlyCategories: ["performance"] }));
      }
      const [, median] = runs.sort((a, b) => a.points.performance - b.points.performance);
      console.log("    ", path, `performance ${median.points.performance} of ${runs.map((run) => run.points.performance)}`, median.lost.join("; "));
    }
  } finally {
    chrome.kill();
    demo.stop();
  }
  if (!isGood) process.exitCode = 1;
}

await main();
