import Foundation
import Testing

/// The built program over adapters that the test writes: shown, combined, merged.
@Suite("The program and adapters", .enabled(if: ProgramRun.isBuilt, "the program was not built beside the tests"))
struct AdapterProgramTests {
  private let caches: TemporaryFolder
  private let model: String

  init() throws {
    caches = try TemporaryFolder()
    model = caches.file("tiny.gguf")
    try TinyModel().write(to: model)
    for (name, seed) in [("first", UInt64(1)), ("second", 2)] {
      try TinyAdapter(seed: seed).write(to: caches.file(name))
    }
  }

  private func run(_ arguments: String...) throws -> ProgramRun { try ProgramRun(arguments, caches: caches) }

  private func logits(_ model: String, adapter: String? = nil) throws -> [Double] {
    let more = adapter.map { ["--adapter", caches.file($0)] } ?? []
    let answer = try ProgramRun(
      ["logits", "--model", model, "--tokens", "1 2 3 40 50 60", "--json"] + more, caches: caches)
    #expect(answer.status == 0, "\(answer.errors)")
    return try #require(try answer.json()["logits"] as? [[Double]]).flatMap { $0 }
  }

  private func distance(_ left: [Double], _ right: [Double]) -> Double {
    left.count == right.count ? zip(left, right).map { abs($0 - $1) }.max() ?? .infinity : .infinity
  }

  private func merge(_ base: String, _ adapter: String, _ destination: String) throws -> [Double] {
    let answer = try run("adapter", "merge", base, caches.file(adapter), caches.file(destination), "--json")
    #expect(answer.status == 0, "\(answer.errors)")
    return try logits(caches.file(destination))
  }

  @Test("show tells method, base, ranks and size")
  func shown() throws {
    let answer = try run("adapter", "show", caches.file("first"), "--json").json()
    #expect(answer["method"] as? String == "LoRA" && answer["rank"] as? Int == 2)
    #expect(answer["base"] as? String == "tiny" && answer["tensors"] as? Int == 8)
    #expect(answer["parameters"] as? Int == 2 * 2 * (32 + 32 + 32 + 16))
    #expect(try run("adapter", "show", caches.file("none such")).status == 3)
  }

  @Test("a merge tells that weights changed and that logits agree, as a folder and as GGUF")
  func merged() throws {
    let answer = try run("adapter", "merge", model, caches.file("first"), caches.file("merged"), "--json")
    #expect(answer.status == 0, "\(answer.errors)")
    let report = try answer.json()
    #expect(report["tensors"] as? Int == 4)
    let changed = try #require(report["changed_elements"] as? Int)
    #expect(changed > 3000 && changed <= 2 * 32 * (32 + 16))
    let numbers = try #require(report["logits"] as? [String: Any])
    let effect = try #require(numbers["effect"] as? Double)
    let disagreement = try #require(numbers["disagreement"] as? Double)
    #expect(effect > 0.1 && disagreement < 1e-3 * effect)
    let folder = try logits(caches.file("merged"))
    #expect(distance(folder, try logits(model)) > 0.1)
    #expect(distance(folder, try logits(model, adapter: "first")) < 1e-3 * effect)
    #expect(distance(folder, try merge(model, "first", "merged.gguf")) < 1e-4)
    let repeated = try run("adapter", "merge", model, caches.file("first"), caches.file("merged"))
    #expect(repeated.status != 0 && repeated.errors.contains("new place"), "an existing folder is not written over")
  }

  @Test("adapters side by side are the sum of their changes; linear ones of one rank are no wider")
  func combined() throws {
    let (first, second) = (caches.file("first"), caches.file("second"))
    let answer = try run(
      "adapter", "combine", caches.file("both"), "--adapter", first, "--adapter", second, "--json")
    #expect(answer.status == 0, "\(answer.errors)")
    #expect(try answer.json()["rank"] as? Int == 4)
    let together = try merge(model, "both", "together")
    _ = try merge(model, "first", "one")
    let inTurn = try merge(caches.file("one"), "second", "two")
    #expect(distance(together, inTurn) < 1e-3)
    let weighted = try run(
      "adapter", "combine", caches.file("weighted"), "--adapter", first, "--adapter", second, "--weight", "1",
      "--weight", "0")
    #expect(weighted.status == 0, "\(weighted.errors)")
    #expect(distance(try merge(model, "weighted", "weighted model"), try logits(caches.file("one"))) < 1e-3)
    let linear = try run(
      "adapter", "combine", caches.file("linear"), "--adapter", first, "--adapter", second, "--way", "linear", "--json")
    #expect(try linear.json()["rank"] as? Int == 2)
  }

  @Test("another base is refused unless any is taken, and an adapter of nothing is not merged; nothing is left behind")
  func refused() throws {
    try TinyAdapter(seed: 3, fingerprint: String(repeating: "0", count: 64)).write(to: caches.file("foreign"))
    try TinyAdapter(seed: 4, deviation: 0).write(to: caches.file("untrained"))
    for (name, words) in [("foreign", "another base"), ("untrained", "nothing would change")] {
      let answer = try run("adapter", "merge", model, caches.file(name), caches.file("out"))
      #expect(answer.status == 4 && answer.errors.contains(words), "\(answer.errors)")
      let left = try FileManager.default.contentsOfDirectory(atPath: caches.path).filter { $0.hasPrefix("out") }
      #expect(left.isEmpty)
    }
    let taken = try run("adapter", "merge", model, caches.file("foreign"), caches.file("out"), "--any-base")
    #expect(taken.status == 0, "\(taken.errors)")
  }
}
