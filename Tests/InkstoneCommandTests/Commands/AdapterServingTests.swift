import Foundation
import Testing

/// Several adapters over one base, chosen per request by the name of the model.
@Suite("Adapters over HTTP", .enabled(if: ProgramRun.isBuilt, "the program was not built beside the tests"))
struct AdapterServingTests {
  private let caches: TemporaryFolder
  private let model: String

  init() throws {
    caches = try TemporaryFolder()
    model = caches.file("tiny.gguf")
    try TinyModel().write(to: model)
    for (name, seed) in [("first", UInt64(1)), ("second", 2)] {
      try TinyAdapter(seed: seed, deviation: 30).write(to: caches.file(name))
    }
  }

  private struct Request: Sendable {
    let name: String?
    let prompt: String

    init(_ number: Int) {
      name = [nil, "first", "second"][number % 3]
      prompt = String(repeating: "ink and stone ", count: 1 + number / 3) + "\(number / 6)"
    }
  }

  @Test("requests of the base and of two adapters at once get what each gets alone")
  func together() async throws {
    let requests = (0..<12).map { Request($0) }
    var alone: [String] = []
    for request in requests {
      let adapter = request.name.map { ["--adapter", caches.file($0)] } ?? []
      let answer = try ProgramRun(
        ["generate", "--model", model, "--prompt", request.prompt, "-n", "12", "--temperature", "0", "--json"]
          + adapter,
        caches: caches)
      #expect(answer.status == 0, "\(answer.errors)")
      alone.append(try #require(try answer.json()["text"] as? String))
    }
    #expect(Set(alone).count > 6, "the adapters make a difference")
    let server = try ServingProgram(
      ["--model", model] + ["first", "second"].flatMap { ["--adapter", "\($0)=\(caches.file($0))"] }, caches: caches)
    let (address, base) = (server.address, model)
    for _ in 0..<2 {
      let answers = try await withThrowingTaskGroup(of: (Int, String?).self) { group in
        for (number, request) in requests.enumerated() {
          group.addTask {
            let (status, body) = try await ServingProgram.post(
              "/v1/completions",
              [
                "model": request.name ?? base, "prompt": request.prompt, "max_tokens": 12, "temperature": 0,
              ], to: address)
            let answer = try JSONSerialization.jsonObject(with: body) as? [String: Any]
            let choice = (answer?["choices"] as? [[String: Any]])?.first
            #expect(status == 200)
            return (number, choice?["text"] as? String)
          }
        }
        var found = [String?](repeating: nil, count: requests.count)
        for try await (number, text) in group { found[number] = text }
        return found
      }
      #expect(answers == alone)
    }
    let (status, body) = try await ServingProgram.post(
      "/v1/completions", ["model": "third", "prompt": "x"], to: address)
    #expect(status == 404 && String(decoding: body, as: UTF8.self).contains("model_not_found"))
    withExtendedLifetime(server) {}
  }
}
