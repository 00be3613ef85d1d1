import ArgumentParser
import Foundation
import InkChat
import InkTesting
import InkstoneCommand
import Synchronization
import Testing

@Suite("knowledge evaluate")
struct KnowledgeEvaluateTests {
  @Test("a remembering reranker asks once for each pair of query and document, and gives what the model gave")
  func remembered() async throws {
    let asked = Mutex<[String]>([])
    let model = ScriptedReranker { document, query in
      asked.withLock { $0.append("\(query)/\(document)") }
      return Float(document.utf8.count - query.utf8.count)
    }
    let remembering = RememberingReranker(model)
    #expect(try await remembering.scores(of: ["abc", "a"], for: "q") == [2, 0])
    #expect(try await remembering.scores(of: ["a", "abcd", "abc"], for: "q") == [0, 3, 2])
    #expect(try await remembering.scores(of: ["a"], for: "qq") == [-1])
    #expect(try await remembering.scores(of: [], for: "q") == [])
    #expect(asked.withLock { $0 } == ["q/abc", "q/a", "q/abcd", "qq/a"])
  }

  @Test("a model that gives too few scores is not hidden")
  func tooFew() async throws {
    struct Short: Reranker {
      func tokenCount(of document: String, for query: String) -> Int? { nil }
      func scores(of documents: [String], for query: String) -> [Float] { [1] }
    }
    #expect(try await RememberingReranker(Short()).scores(of: ["a", "b"], for: "q") == [1])
  }

  @Test(
    "weights out of range or without a reranker are refused",
    arguments: [["--rerank", "r", "--rerank-weight", "1.5"], ["--rerank-weight", "0.5"]])
  func refused(options: [String]) {
    #expect(throws: (any Error).self) {
      try KnowledgeEvaluateCommand.parse(["base", "--questions", "q.jsonl"] + options)
    }
    #expect(throws: (any Error).self) { try KnowledgeSearchCommand.parse(["base", "question"] + options) }
  }

  @Test(
    "each search is a row; of weight 0 a reranker changes nothing",
    .enabled(if: ProgramRun.isBuilt, "the program was not built beside the tests"))
  func rows() throws {
    let caches = try TemporaryFolder()
    let encoder = try HeadlessEncoder().write(in: caches)
    let pairs = (0..<16).map {
      "{\"text\": \"which line comes \($0)\", \"text_pair\": \"the line \($0 * 5 % 16)\", \"score\": \($0 % 2)}"
    }
    let recipe = try caches.write(
      """
      task: regress
      objective: {loss: binary}
      model: {path: \(encoder)}
      data: [{path: \(try caches.write(pairs.joined(separator: "\n"), to: "pairs.jsonl"))}]
      sequence: {length: 32, too_long: truncate}
      optimizer: {kind: adamw, learning_rate: 1e-2}
      batch: {size: 8}
      steps: 4
      """, to: "recipe.yaml")
    func run(_ arguments: [String]) throws -> ProgramRun {
      let home = ["INKSTONE_HOME": caches.file("home")]
      let run = try ProgramRun(arguments, caches: caches, environment: home)
      #expect(run.status == 0, "\(arguments): \(run.errors)")
      return run
    }
    _ = try run(["train", recipe, "--output", caches.file("run"), "--quiet"])
    let lines = ["ink", "stone", "first", "third", "paper"].map { "the line of the \($0) comes" }
    try FileManager.default.createDirectory(atPath: caches.file("documents"), withIntermediateDirectories: false)
    for (number, line) in lines.enumerated() { _ = try caches.write(line, to: "documents/\(number).txt") }
    let questions = lines.indices.map { "{\"question\": \"\(lines[$0])\", \"document\": \"\($0).txt\"}" }
    let path = try caches.write(questions.joined(separator: "\n"), to: "questions.jsonl")
    _ = try run(["knowledge", "create", "lines", "--embedder", encoder, "--quiet"])
    _ = try run(["knowledge", "add", "lines", caches.file("documents"), "--quiet"])
    let answer = try run(
      ["knowledge", "evaluate", "lines", "--questions", path, "--rerank", caches.file("run/final"), "--json"]
        + ["1", "0.5", "0"].flatMap { ["--rerank-weight", $0] })
    let searches = try #require(try answer.json()["searches"] as? [[String: Any]])
    #expect(
      searches.map { $0["search"] as? String } == [
        "keyword", "vector", "hybrid", "hybrid, reranked", "hybrid, reranked by 0.5", "hybrid, reranked by 0.0",
      ])
    #expect(searches.allSatisfy { $0["questions"] as? Int == lines.count })
    // Each question is one of the documents, word for word.
    #expect(searches[0]["recall@1"] as? Double == 1)
    for measure in ["recall@1", "mrr", "ndcg@10"] {
      #expect(searches[5][measure] as? Double == searches[2][measure] as? Double)
    }
  }
}
