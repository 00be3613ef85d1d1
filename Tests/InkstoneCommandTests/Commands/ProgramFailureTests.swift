import Foundation
import Testing

/// What the program says and how it ends when something is wrong.
@Suite("Failures of the program", .enabled(if: ProgramRun.isBuilt, "the program was not built beside the tests"))
struct ProgramFailureTests {
  private let caches: TemporaryFolder
  private let model: String

  init() throws {
    caches = try TemporaryFolder()
    model = caches.file("tiny.gguf")
    try TinyModel().write(to: model)
  }

  /// Runs the program and expects a failure with nothing on standard output.
  private func failure(_ arguments: String..., status: Int32, naming words: [String]) throws {
    let answer = try ProgramRun(arguments + ["--json"], caches: caches)
    #expect(answer.status == status, "\(arguments): \(answer.errors)")
    #expect(answer.output.isEmpty, "\(arguments)")
    #expect(answer.errors.hasPrefix("error: "), "\(arguments): \(answer.errors)")
    for word in words { #expect(answer.errors.contains(word), "\(arguments): \(answer.errors)") }
  }

  @Test("a model that is not there is not found, with the nearest name or the way to fetch it")
  func notFound() throws {
    try failure("inspect", "smolm2-135m", status: 3, naming: ["Did you mean smollm2-135m"])
    try failure("generate", "--prompt", "a", status: 3, naming: ["smollm2-135m", "inkstone pull"])
    try failure("pull", "smollm2-135m", status: 3, naming: ["smollm2-135m"])
    try failure("inspect", "org/name", status: 3, naming: ["org/name"])
    try failure("inspect", caches.file("none.gguf"), status: 3, naming: ["none.gguf"])
    try FileManager.default.createDirectory(atPath: caches.file("empty"), withIntermediateDirectories: true)
    try failure("inspect", caches.file("empty"), status: 3, naming: ["empty"])
    try failure("perplexity", model, "--file", caches.file("none.txt"), status: 3, naming: ["none.txt"])
    try failure("inspect", "runs/x/final", status: 3, naming: ["runs/x/final", "a model folder"])
    try failure("generate", "--model", "runs/x/final", "--prompt", "a", status: 3, naming: ["runs/x/final"])
    try failure("inspect", "hf:a/b/c", status: 2, naming: ["a/b/c"])
  }

  @Test("a damaged file fails with its name, and doctor calls it a failed check")
  func damaged() throws {
    let bytes = try Data(contentsOf: URL(fileURLWithPath: model))
    try bytes.prefix(bytes.count / 2).write(to: URL(fileURLWithPath: caches.file("cut.gguf")))
    try Data("not a model".utf8).write(to: URL(fileURLWithPath: caches.file("text.gguf")))
    for name in ["cut.gguf", "text.gguf"] {
      try failure("generate", "--model", caches.file(name), "--prompt", "a", status: 1, naming: [name])
      let doctor = try ProgramRun(["doctor", caches.file(name), "--json"], caches: caches)
      #expect(doctor.status == 4)
      #expect(try doctor.json()["first_failure"] as? String == "files")
    }
  }

  @Test("a family that is not known fails with the nearest one")
  func unknownFamily() throws {
    try TinyModel(architecture: "lama").write(to: caches.file("family.gguf"))
    try failure(
      "generate", "--model", caches.file("family.gguf"), "--prompt", "a", status: 1, naming: ["lama", "\"llama\""])
    let inspection = try ProgramRun(["inspect", caches.file("family.gguf"), "--json"], caches: caches)
    #expect(inspection.status == 0)
    #expect(try inspection.json()["supported"] as? Bool == false)
  }

  @Test("a prompt that is longer than the context is refused, not cut")
  func longPrompt() throws {
    let long = String(repeating: "x", count: 500)
    try failure("generate", "--model", model, "--prompt", long, status: 1, naming: ["128", "500"])
    try failure("bench", model, "--prompt", "500", status: 1, naming: ["128"])
  }

  @Test("options and data that cannot be used say what would be right")
  func badValues() throws {
    try failure("generate", "--model", model, "--prompt", "a", "--top-p", "7", status: 2, naming: ["7"])
    try failure("generate", "--model", model, "--prompt", "a", "--temperature", "warm", status: 2, naming: ["warm"])
    try failure("tokenize", "--model", model, "--decode", "1 x", status: 2, naming: ["\"x\""])
    try failure("tokenize", "--model", model, "--decode", "99999", status: 1, naming: ["99999"])
    let short = try caches.write("short", to: "short.txt")
    try failure("perplexity", model, "--file", short, "--context", "32", status: 1, naming: ["two chunks"])
    try failure("perplexity", model, "--file", short, "--context", "1000", status: 2, naming: ["128"])
    try Data([0xff, 0xfe, 0x00]).write(to: URL(fileURLWithPath: caches.file("binary.txt")))
    try failure("perplexity", model, "--file", caches.file("binary.txt"), status: 1, naming: ["UTF-8"])
    try TinyModel(template: nil).write(to: caches.file("plain.gguf"))
    try failure("chat", caches.file("plain.gguf"), status: 1, naming: ["--template", "vicuna_v1.1"])
    try failure(
      "chat", caches.file("plain.gguf"), "--template", "vicuna", status: 1, naming: ["vicuna", "vicuna_v1.1"])
    try failure("generate", "--model", model, "--prompt", "a", "--tools", "t.json", status: 2, naming: ["--chat"])
    try failure(
      "generate", "--model", model, "--chat", "--prompt", "a", "--tools", caches.file("none.json"), status: 3,
      naming: ["none.json"])
    try failure(
      "generate", "--model", model, "--chat", "--prompt", "a", "--documents", caches.write("[1]", to: "bad.json"),
      status: 1, naming: ["bad.json", "an object"])
  }
}
