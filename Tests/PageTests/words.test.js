import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { english } from "../../Sources/CInkPage/Page/words.en.js";
import { chinese } from "../../Sources/CInkPage/Page/words.zh.js";

const folder = new URL("../../Sources/CInkPage/Page/", import.meta.url);
const sources = readdirSync(folder).filter((name) => !name.startsWith("words."))
  .map((name) => ({ name, text: readFileSync(new URL(name, folder), "utf8") }));

test("both languages have the same words with the same values in them", () => {
  assert.deepEqual(Object.keys(chinese).sort(), Object.keys(english).sort());
  const values = (words) => [...words.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort();
  for (const key of Object.keys(english)) assert.deepEqual(values(chinese[key]), values(english[key]), key);
});

test("every word that the page asks for is there", () => {
  const asked = /\bt\("([\w.]+)"|\bword: "([\w.]+)"|data-(?:words|label|placeholder)="([\w.]+)"|onProblem\("([\w.]+)"/g;
  for (const { name, text } of sources) {
    for (const match of text.matchAll(asked)) {
      const key = match.slice(1).find(Boolean);
      assert.ok(key in english, `${name} asks for ${key}`);
    }
  }
});

test("nothing in the page turns a string into markup or code", () => {
  const forbidden = /innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|createContextualFragment|srcdoc|\beval\b|new Function/;
  for (const { name, text } of sources) assert.doesNotMatch(text, forbidden, name);
});

test("nothing in the page is loaded from elsewhere", () => {
  for (const { name, text } of sources) {
    const addresses = [...text.matchAll(/https?:\/\/[\w.-]+/g)].map((match) => match[0]);
    assert.deepEqual(addresses.filter((address) => !address.startsWith("http://www.w3.org")), [], name);
  }
});

test("no file is longer than its readers like", () => {
  for (const { name, text } of sources.filter((source) => source.name.endsWith(".js"))) {
    assert.ok(text.split("\n").length <= 400, name);
  }
});
