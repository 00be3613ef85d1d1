import Foundation
import Testing

/// Adapters that bring the head which their base does not have, trained and served by the program.
@Suite("Reranking adapters over HTTP", .enabled(if: ProgramRun.isBuilt, "the program was not built beside the tests"))
struct RerankingAdapterTests {
  private let caches: TemporaryFolder
  private let base: String
  private static let query = "which line comes third"
  private static let documents = [
    "the third line", "a stone on which ink is ground", "line", "the line that follows the third one",
  ]

  init() throws {
    caches = try TemporaryFolder()
    base = try HeadlessEncoder().write(in: caches)
  }

  /// Trains an adapter with a head of its own; its folder.
  private func train(_ name: String, task: String, field: String, labels: [String], seed: Int) throws -> String {
    let records = (0..<24).map { number in
      "{\"text\": \"which line comes \(number)\", \"text_pair\": \"the line \(number * 5 % 24)\", "
        + "\"\(field)\": \(labels[number % labels.count])}"
    }
    let data = try caches.write(records.joined(separator: "\n"), to: "\(name).jsonl")
    let recipe = try caches.write(
      """
      task: \(task)
      seed: \(seed)
      model: {path: \(base)}
      train: {method: lora, rank: 2, targets: [query, value]}
      data: [{path: \(data)}]
      sequence: {length: 32, too_long: truncate}
      optimizer: {kind: adamw, learning_rate: 2e-2}
      batch: {size: 8}
      steps: 6
      """, to: "\(name).yaml")
    let trained = try ProgramRun(["train", recipe, "--output", caches.file("\(name)-run"), "--quiet"], caches: caches)
    #expect(trained.status == 0, "\(trained.errors)")
    return caches.file("\(name)-run/final")
  }

  /// What `rerank` says with an adapter, in the order of the documents.
  private func scores(with adapter: String) throws -> [Float] {
    let answer = try ProgramRun(
      ["rerank", "--model", base, "--adapter", adapter, "--query", Self.query, "--json"]
        + Self.documents.flatMap { ["--document", $0] }, caches: caches)
    #expect(answer.status == 0, "\(answer.errors)")
    let results = try #require(try answer.json()["results"] as? [[String: Any]])
    var scores = [Float](repeating: .nan, count: Self.documents.count)
    for result in results {
      scores[try #require(result["index"] as? Int)] = Float(try #require(result["score"] as? Double))
    }
    return scores
  }

  @Test(
    "Adapters of a base without a head score what rerank scores, each under its name; the base says that it has none")
  func served() async throws {
    let adapters = try ["first", "second"].enumerated().map { number, name in
      (name, try train(name, task: "regress", field: "score", labels: ["0", "0.5", "1"], seed: number))
    }
    let server = try ServingProgram(
      ["--rerank-model", base] + adapters.flatMap { ["--adapter", "\($0.0)=\($0.1)"] }, caches: caches)
    func post(_ path: String, _ model: String) async throws -> (Int, [String: Any]) {
      let question: [String: any Sendable] =
        path == "/v1/score"
        ? ["model": model, "text_1": Self.query, "text_2": Self.documents]
        : ["model": model, "query": Self.query, "documents": Self.documents]
      let (status, body) = try await ServingProgram.post(path, question, to: server.address)
      return (status, try JSONSerialization.jsonObject(with: body) as? [String: Any] ?? [:])
    }
    var found: [[Float]] = []
    for (name, folder) in adapters {
      let expected = try scores(with: folder)
      for (path, list, field) in [("/v1/rerank", "results", "relevance_score"), ("/v1/score", "data", "score")] {
        let (status, answer) = try await post(path, name)
        #expect(status == 200, "\(path) \(answer)")
        var scores = [Float](repeating: .nan, count: expected.count)
        for entry in try #require(answer[list] as? [[String: Any]]) {
          scores[try #require(entry["index"] as? Int)] = Float(try #require(entry[field] as? Double))
        }
        #expect(scores == expected, "\(path) of \(name)")
      }
      found.append(expected)
    }
    #expect(found[0] != found[1] && Set(found[0]).count == Self.documents.count)
    for path in ["/v1/rerank", "/v1/score"] {
      let (status, answer) = try await post(path, base)
      let error = try #require(answer["error"] as? [String: Any])
      #expect(status == 404 && error["code"] as? String == "unsupported_model")
      let message = try #require(error["message"] as? String)
      #expect(message.contains("no head of its own") && message.contains("first, second"), "\(path): \(message)")
    }
    withExtendedLifetime(server) {}
  }

  @Test("An adapter whose head is no reranker's is named")
  func classes() throws {
    let folder = try train("classes", task: "classify", field: "label", labels: ["\"a\"", "\"b\"", "\"c\""], seed: 1)
    let answer = try ProgramRun(
      ["rerank", "--model", base, "--adapter", folder, "--query", "a", "--document", "b"], caches: caches)
    #expect(answer.status == 1)
    #expect(answer.errors.contains(folder) && answer.errors.contains("3 classes"), "\(answer.errors)")
  }
}
