import assert from "node:assert/strict";
import { test } from "node:test";
import { UploadQueue } from "../../Sources/CInkPage/Page/uploads.js";

const file = (name, size = 10) => ({ name, file: { size } });

/** A server whose answers are given by hand. */
function scripted() {
  const calls = [];
  const queue = new UploadQueue((entry, handlers) => {
    const call = { entry, ...handlers };
    call.answer = new Promise((resolve, reject) => Object.assign(call, { resolve, reject }));
    calls.push(call);
    return call.answer;
  });
  const settled = () => new Promise((resolve) => queue.addEventListener("settled", resolve, { once: true }));
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  return { queue, calls, settled, turn };
}

test("files go one after another, with their progress", async () => {
  const { queue, calls, settled, turn } = scripted();
  const [first, second] = queue.add("docs", [file("a"), file("b")]);
  assert.deepEqual([first.state, second.state, calls.length], ["sending", "waiting", 1]);
  calls[0].onProgress(5, 20);
  assert.equal(first.sent, 0.25);
  calls[0].onSent();
  assert.deepEqual([first.state, first.sent], ["reading", 1]);
  calls[0].onProgress(1, 20);
  assert.equal(first.sent, 1, "news that come late move nothing back");
  calls[0].resolve({ result: "added", piece_count: 3 });
  await turn();
  assert.deepEqual([first.state, first.result.piece_count, second.state], ["done", 3, "sending"]);
  const end = settled();
  calls[1].resolve({});
  await end;
  assert.equal(queue.isBusy, false);
});

test("a file that fails keeps its error and the others go on", async () => {
  const { queue, calls, settled, turn } = scripted();
  const [bad, good] = queue.add("docs", [file("bad"), file("good")]);
  calls[0].reject(new Error("no pages"));
  await turn();
  assert.deepEqual([bad.state, bad.error.message, good.state], ["failed", "no pages", "sending"]);
  const end = settled();
  calls[1].resolve({});
  await end;
  queue.retry(bad);
  assert.deepEqual([bad.state, bad.error, calls.length], ["sending", null, 3]);
  queue.retry(good);
  assert.equal(good.state, "done", "what is done is not sent again");
});

test("a file that is cancelled stays so, whatever comes afterwards", async () => {
  const { queue, calls, turn } = scripted();
  const [first, second, third] = queue.add("docs", [file("a"), file("b"), file("c")]);
  queue.cancel(second);
  queue.cancel(first);
  assert.ok(calls[0].signal.aborted);
  calls[0].onSent();
  calls[0].reject(new Error("aborted"));
  await turn();
  assert.deepEqual([first.state, second.state, third.state], ["cancelled", "cancelled", "sending"]);
  assert.equal(first.error, null);
  queue.cancel(third);
  calls[1].resolve({});
  await turn();
  assert.equal(third.state, "cancelled");
});

test("a cancelled file that is sent again waits for the one that is on its way", async () => {
  const { queue, calls, turn } = scripted();
  const [first] = queue.add("docs", [file("a")]);
  queue.cancel(first);
  queue.retry(first);
  assert.equal(calls.length, 1);
  calls[0].reject(new Error("aborted"));
  await turn();
  assert.deepEqual([first.state, calls.length], ["sending", 2]);
});

test("each base sees its own files, and only ended ones are forgotten", async () => {
  const { queue, calls, turn } = scripted();
  queue.add("docs", [file("a"), file("b")]);
  queue.add("other", [file("c")]);
  calls[0].resolve({});
  await turn();
  queue.clearEnded("docs");
  assert.deepEqual(
    queue.of("docs").map(({ name }) => name),
    ["b"],
  );
  assert.equal(queue.of("other").length, 1);
});
