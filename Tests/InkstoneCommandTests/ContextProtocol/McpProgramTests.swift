import Foundation
import Testing

/// The built program as a server and as a client of the Model Context Protocol.
@Suite("Model Context Protocol", .enabled(if: ProgramRun.isBuilt, "the program was not built"))
struct McpProgramTests {
  private let caches: TemporaryFolder

  init() throws { caches = try TemporaryFolder() }

  @Test("a server lists its tools and answers calls, one line each, and ends with its input")
  func serve() throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: try #require(ProgramRun.executable))
    process.arguments = ["mcp", "serve", "--quiet", "--tool", "calculator,code"]
    let (input, output) = (Pipe(), Pipe())
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    var received = ""
    func ask(_ line: String) throws -> String {
      try input.fileHandleForWriting.write(contentsOf: Data((line + "\n").utf8))
      while !received.contains("\n") {
        let data = output.fileHandleForReading.availableData
        guard !data.isEmpty else { break }
        received += String(decoding: data, as: UTF8.self)
      }
      let answer = received.prefix { $0 != "\n" }
      received.removeFirst(min(answer.count + 1, received.count))
      return String(answer)
    }
    let greeting = try ask(
      #"{"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"protocolVersion": "2025-06-18"}}"#)
    #expect(greeting.contains(#""protocolVersion":"2025-06-18""#))
    let tools = try ask(#"{"jsonrpc": "2.0", "id": 2, "method": "tools/list"}"#)
    #expect(tools.contains(#""name":"calculate""#))
    #expect(tools.contains(#""name":"run_program""#))
    let call = #"{"name": "calculate", "arguments": {"expression": "6 * 7"}}"#
    let answer = try ask(#"{"jsonrpc": "2.0", "id": 3, "method": "tools/call", "params": "# + call + "}")
    #expect(answer.contains(#""text":"42""#))
    try input.fileHandleForWriting.close()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
  }

  @Test("a server with nothing to offer says so")
  func nothing() throws {
    let run = try ProgramRun(["mcp", "serve"], caches: caches)
    #expect(run.status == 2)
    #expect(run.errors.contains("nothing to offer"))
  }

  @Test("a program that is no server is named, and nothing is left running")
  func noServer() throws {
    let model = caches.file("tiny.gguf")
    try TinyModel().write(to: model)
    let run = try ProgramRun(["app", "agent", "Hello", "--mcp", "exit 3", "--model", model], caches: caches)
    #expect(run.status == 1)
    #expect(run.errors.contains("exit 3"))
  }

  @Test("an agent takes the tools of another program, and its trace is repeated without model and program")
  func agent() throws {
    let executable = try #require(ProgramRun.executable)
    let model = caches.file("tiny.gguf")
    var tiny = TinyModel()
    tiny.contextLength = 4_096
    try tiny.write(to: model)
    let trace = caches.file("run.jsonl")
    let first = try ProgramRun(
      [
        "app", "agent", "Compute 6 * 7.", "--mcp", "'\(executable)' mcp serve --quiet --tool calculator", "--model",
        model,
        "--turn-tokens", "8", "--trace", trace, "--json",
      ], caches: caches)
    #expect(first.status == 0, "\(first.errors)")
    let written = try String(contentsOfFile: trace, encoding: .utf8)
    #expect(written.contains(#""name":"calculate""#))
    let again = try ProgramRun(["app", "agent", "--replay", trace, "--json"], caches: caches)
    #expect(again.status == 0, "\(again.errors)")
    #expect(try again.json()["answer"] as? String == first.json()["answer"] as? String)
  }
}
