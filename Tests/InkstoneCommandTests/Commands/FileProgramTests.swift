import Foundation
import Testing

/// The built program over files that it writes itself: conversion, differences of weights, what it says of them.
@Suite("The program and its files", .enabled(if: ProgramRun.isBuilt, "the program was not built beside the tests"))
struct FileProgramTests {
  private let caches: TemporaryFolder
  private let model: String

  init() throws {
    caches = try TemporaryFolder()
    model = caches.file("tiny.gguf")
    try TinyModel().write(to: model)
  }

  private func run(_ arguments: String...) throws -> ProgramRun { try ProgramRun(arguments, caches: caches) }

  private func logits(_ model: String) throws -> [[Double]] {
    let answer = try run("logits", "--model", model, "--tokens", "1 2 3", "--json")
    #expect(answer.status == 0, "\(answer.errors)")
    return try #require(try answer.json()["logits"] as? [[Double]])
  }

  /// Expects logits that differ by the rounding of sums in another order and of differences at most.
  private func expectClose(_ model: String, _ expected: [[Double]]) throws {
    let found = try logits(model)
    #expect(found.map(\.count) == expected.map(\.count))
    let worst = zip(found.joined(), expected.joined()).map { abs($0 - $1) }.max() ?? .infinity
    #expect(worst < max(1e-5, 1e-4 * (expected.joined().map { abs($0) }.max() ?? 0)), "\(model): \(worst)")
  }

  @Test("a model turned into a folder and back gives the same logits")
  func conversion() throws {
    let (folder, again) = (caches.file("folder"), caches.file("again.gguf"))
    let there = try run("convert", model, folder, "--type", "f32")
    #expect(there.status == 0, "\(there.errors)")
    let back = try run("convert", folder, again, "--type", "f32")
    #expect(back.status == 0, "\(back.errors)")
    let expected = try logits(model)
    #expect(expected.count == 3)
    // Rows that are turned lie in another order in a folder, and their products are added in it.
    try expectClose(folder, expected)
    #expect(try logits(again) == expected)
    let repeated = try run("convert", model, folder)
    #expect(repeated.status != 0, "an existing folder is not written over")
  }

  @Test("a difference of weights gives the model back, and a changed byte is found")
  func differences() throws {
    var other = TinyModel()
    other.confidence = .blind
    try other.write(to: caches.file("other.gguf"))
    for (file, folder) in [("tiny.gguf", "base"), ("other.gguf", "target")] {
      let converted = try run("convert", caches.file(file), caches.file(folder), "--type", "f32")
      #expect(converted.status == 0, "\(converted.errors)")
    }
    let (base, target) = (caches.file("base"), caches.file("target"))
    let (delta, result) = (caches.file("delta"), caches.file("result"))
    let made = try run("weights", "make-delta", base, target, delta)
    #expect(made.status == 0, "\(made.errors)")
    let applied = try run("weights", "apply-delta", base, delta, result)
    #expect(applied.status == 0, "\(applied.errors)")
    try expectClose(result, try logits(target))
    #expect(try run("weights", "checksum", result, "--check").status == 0)
    let file = result + "/config.json"
    var bytes = try Data(contentsOf: URL(fileURLWithPath: file))
    bytes.append(0x20)
    try bytes.write(to: URL(fileURLWithPath: file))
    #expect(try run("weights", "checksum", result, "--check").status != 0)
  }

  @Test("inspect says in words what a model is, and what it will take")
  func inspection() throws {
    let answer = try run("inspect", model, "--memory", "--context", "64", "--json").json()
    #expect(answer["attention"] as? String == "grouped-query, 4 heads over 2 of 8")
    #expect(answer["feed_forward"] as? String == "gated silu, 64")
    // Two layers, keys and values of two heads whose 8 values take the room of 16, in f32.
    #expect(answer["cache_bytes_per_token"] as? Int == 2 * 2 * (8 + 16) * 4)
    #expect((answer["memory_all"] as? Int ?? 0) > (answer["memory_weights"] as? Int ?? 0))
    #expect(try run("inspect", model, "--context", "64").status == 2)
  }

  @Test("inspect says as much of an encoder")
  func encoderInspection() throws {
    let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let bert = tests.appendingPathComponent("InkModelsTests/Fixtures/models/bert").path
    let answer = try run("inspect", bert, "--memory", "--context", "16", "--batch", "2", "--json").json()
    #expect(answer["supported"] as? Bool == true)
    #expect((answer["attention"] as? String)?.hasSuffix("every token sees all") == true)
    #expect((answer["memory_workspace"] as? Int ?? 0) > 0 && answer["memory_cache"] as? Int == 0)
  }

  @Test("positions stretched by YaRN allow a longer context, and every stretch of it is scored")
  func positions() throws {
    let text = caches.file("text.txt")
    try Data(String(repeating: "ink and stone. ", count: 60).utf8).write(to: URL(fileURLWithPath: text))
    let refused = try run("perplexity", model, "--file", text, "--context", "256", "--by-position")
    #expect(refused.status != 0)
    let answer = try run(
      "perplexity", model, "--file", text, "--context", "256", "--by-position", "--rope-scaling", "yarn", "--json")
    #expect(answer.status == 0, "\(answer.errors)")
    let rows = try #require(try JSONSerialization.jsonObject(with: Data(answer.output.utf8)) as? [[String: Any]])
    #expect(rows.count == 16)
    #expect(rows.last?["end"] as? Int == 256)
    #expect(rows.allSatisfy { ($0["perplexity"] as? Double ?? 0) > 1 })
  }
}
