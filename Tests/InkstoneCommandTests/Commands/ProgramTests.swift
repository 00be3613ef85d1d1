import Foundation
import Testing

/// The built program over a tiny model: what it prints where, and its exit status.
@Suite("The program", .enabled(if: ProgramRun.isBuilt, "the program was not built beside the tests"))
struct ProgramTests {
  private let caches: TemporaryFolder
  private let model: String

  init() throws {
    caches = try TemporaryFolder()
    model = caches.file("tiny.gguf")
    try TinyModel().write(to: model)
  }

  private func run(_ arguments: String..., input: String = "") throws -> ProgramRun {
    try ProgramRun(arguments, input: input, caches: caches)
  }

  @Test("generate streams what --json reports, whatever the number of threads")
  func generating() throws {
    let options = ["generate", "--model", model, "--prompt", "ink", "--max-tokens", "9", "--temperature", "0"]
    let report = try ProgramRun(options + ["--json", "--threads", "1", "--logprobs", "2"], caches: caches)
    #expect(report.status == 0, "\(report.errors)")
    let json = try report.json()
    #expect(json["prompt_tokens"] as? [Int] == "ink".utf8.map { Int($0) })
    let tokens = try #require(json["tokens"] as? [Int])
    #expect(["length", "stop"].contains(json["finish_reason"] as? String ?? ""))
    let timings = try #require(json["timings"] as? [String: Any])
    #expect(timings["load_seconds"] is Double)
    #expect(timings.keys.contains("prompt_tokens_per_second") && timings.keys.contains("decode_tokens_per_second"))
    let details = try #require(json["logprobs"] as? [[String: Any]])
    #expect(details.compactMap { $0["token"] as? Int } == tokens)
    #expect(details.allSatisfy { ($0["top"] as? [Any])?.count == 2 })
    let streamed = try ProgramRun(options + ["--threads", "3"], caches: caches)
    #expect(streamed.output == (json["text"] as? String ?? "") + "\n")
    #expect(streamed.errors.contains("tokens"))
    #expect(try ProgramRun(options + ["--quiet"], caches: caches).errors.isEmpty)
  }

  @Test("a seed makes sampled answers repeatable")
  func seeds() throws {
    let first = try run("generate", "--model", model, "--prompt", "a", "--max-tokens", "12", "--seed", "3")
    let second = try run("generate", "--model", model, "--prompt", "a", "--max-tokens", "12", "--seed", "3")
    #expect(first.status == 0)
    #expect(first.output == second.output)
  }

  @Test("--chat puts the message into the template, and - reads standard input")
  func chatPrompt() throws {
    let answer = try run(
      "generate", "--model", model, "--chat", "--system", "s", "--prompt", "-", "--max-tokens", "1", "--json",
      input: "砚")
    let ids = try #require(try answer.json()["prompt_tokens"] as? [Int])
    let list = ids.map(String.init).joined(separator: " ")
    let text = try run("tokenize", "--model", model, "--decode", list)
    #expect(
      text.output
        == "<|im_start|>system\ns<|im_end|>\n<|im_start|>user\n砚<|im_end|>\n<|im_start|>assistant\n\n")
  }

  @Test("a template, tools and documents are read from files, and a format is chosen by its name")
  func templateFiles() throws {
    let template = try caches.write(
      "{{ messages[0].content }}/{{ tools[0].function.name }}/{{ documents[0].text }}/{{ x }}", to: "own.jinja")
    let tools = try caches.write(#"[{"name": "clock"}]"#, to: "tools.json")
    let documents = try caches.write(#"[{"text": "page"}]"#, to: "documents.json")
    let own = try prompt(
      "--template", template, "--tools", tools, "--documents", documents, "--template-variable", "x=1")
    #expect(own == "a/clock/page/1\n")
    #expect(try prompt("--template", "belle") == "Human: \na\n\nAssistant: \n\n")
  }

  /// The prompt that `--chat --prompt a` makes with these options, and the line end behind it.
  private func prompt(_ options: String...) throws -> String {
    let answer = try ProgramRun(
      ["generate", "--model", model, "--chat", "--prompt", "a", "--max-tokens", "0", "--json"] + options,
      caches: caches)
    let ids = try #require(try answer.json()["prompt_tokens"] as? [Int], "\(answer.errors)")
    return try run("tokenize", "--model", model, "--decode", ids.map(String.init).joined(separator: " ")).output
  }

  @Test("text goes to ids and back, and a file is measured")
  func tokenizing() throws {
    let encoded = try run("tokenize", "--model", model, "--text", "砚 台", "--json").json()
    let ids = try #require(encoded["ids"] as? [Int])
    #expect(ids.count == "砚 台".utf8.count)
    #expect((encoded["pieces"] as? [String])?.count == ids.count)
    let plain = try run("tokenize", "--model", model, "--text", "砚 台").output
    let back = try run("tokenize", "--model", model, "--decode", plain, "--json").json()
    #expect(back["text"] as? String == "砚 台")
    let file = try caches.write(String(repeating: "ink and stone\n", count: 100), to: "text.txt")
    let speed = try run("tokenize", "--model", model, "--file", file, "--json").json()
    #expect(speed["bytes"] as? Int == 1400)
    #expect(speed["tokens"] as? Int == 1400)
    for name in ["seconds", "megabytes_per_second", "load_seconds"] { #expect(speed[name] is Double, "\(name)") }
  }

  @Test("logits are given for each token, and the largest are named")
  func logits() throws {
    let all = try run("logits", model, "--tokens", "1, 2 3", "--json").json()
    let rows = try #require(all["logits"] as? [[Double]])
    #expect(all["tokens"] as? [Int] == [1, 2, 3])
    #expect(rows.count == 3 && rows.allSatisfy { $0.count == all["vocabulary"] as? Int })
    let best = try #require(rows[2].indices.max { rows[2][$0] < rows[2][$1] })
    let lines = try run("logits", model, "--tokens", "-", "--top", "1", input: "1 2 3\n").output.split(separator: "\n")
    #expect(lines.count == 3)
    #expect(lines[2].hasPrefix("3: \(best) "))
    let outside = try run("logits", model, "--tokens", "1 999")
    #expect(outside.status != 0 && outside.errors.contains("999"))
  }

  @Test("bench and perplexity report numbers in their fixed shapes")
  func measuring() throws {
    let bench = try run(
      "bench", "--model", model, "--prompt", "16", "--generate", "4", "--repeat", "2", "--threads", "2", "--json"
    ).json()
    for name in ["prompt_tokens_per_second", "decode_tokens_per_second"] {
      let samples = try #require(bench[name] as? [String: Double])
      #expect(Set(samples.keys) == ["median", "min", "max"])
      #expect(samples.values.allSatisfy { $0 > 0 })
    }
    #expect(bench["load_seconds"] is Double)
    #expect(bench["peak_rss_bytes"] as? Int ?? 0 > 1 << 20)
    let half = try run("bench", model, "--prompt", "0", "--generate", "2", "--repeat", "1", "--json").json()
    #expect(half["prompt_tokens_per_second"] is NSNull)
    let file = try caches.write(String(repeating: "ink and stone\n", count: 10), to: "text.txt")
    let perplexity = try run("perplexity", model, "--file", file, "--context", "32", "--json").json()
    #expect(perplexity["tokens"] as? Int == 4 * 15)
    #expect(perplexity["chunks"] as? Int == 4)
    #expect(perplexity["perplexity"] as? Double ?? 0 > 1)
  }

  @Test("inspect tells sizes, and doctor is satisfied")
  func inspecting() throws {
    let inspection = try run("inspect", model, "--json", "--tensors").json()
    #expect(inspection["architecture"] as? String == "llama")
    #expect(inspection["layers"] as? Int == 2)
    #expect(inspection["context_length"] as? Int == 128)
    #expect((inspection["tensor_list"] as? [Any])?.count == inspection["tensors"] as? Int)
    #expect((inspection["metadata"] as? [String: Any])?["general.name"] as? String == "Tiny")
    #expect(try run("inspect", model).output.contains("parameters"))
    let doctor = try run("doctor", model, "--json")
    #expect(doctor.status == 0)
    #expect(try doctor.json()["ok"] as? Bool == true)
  }

  @Test("doctor names the first thing wrong and ends with 4")
  func doctor() throws {
    try TinyModel(defect: .nan).write(to: caches.file("bad.gguf"))
    let answer = try run("doctor", caches.file("bad.gguf"))
    #expect(answer.status == 4)
    #expect(answer.output.contains("failed   numbers"))
    #expect(answer.errors.contains("blk.1.ffn_up.weight"))
    let report = try run("doctor", caches.file("bad.gguf"), "--json").json()
    #expect(report["first_failure"] as? String == "numbers")
  }

  @Test("without a terminal chat answers each line, remembers, and knows its commands")
  func chatting() throws {
    let script = "one\\\nmore\n/system Be brief.\nHello\n/hlp\nAgain\n/save \(caches.file("talk.json"))\n/exit\nnever\n"
    let talk = try run("chat", model, "--max-tokens", "3", "--temperature", "0", "--json", input: script)
    #expect(talk.status == 0, "\(talk.errors)")
    let answers = talk.output.split(separator: "\n")
    #expect(answers.count == 3)
    #expect(talk.errors.contains("Did you mean /help?"))
    let saved = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: caches.file("talk.json"))))
    let messages = try #require((saved as? [String: Any])?["messages"] as? [[String: String]])
    #expect(messages.map { $0["role"] } == ["system", "user", "assistant", "user", "assistant"])
    #expect(messages.first?["content"] == "Be brief.")
    let plain = try run("chat", model, "-n", "3", "--temperature", "0", "--quiet", input: "Hello\n")
    #expect(plain.errors.isEmpty)
    #expect(plain.output.hasSuffix("\n"))
  }

  @Test("the lists of models and their removal")
  func lists() throws {
    let list = try run("models", "--json").json()
    let named = try #require(list["built_in"] as? [[String: Any]])
    #expect(named.contains { $0["name"] as? String == "smollm2-135m" && $0["cached"] as? Bool == false })
    let folder = caches.file("hub/models--org--name")
    try FileManager.default.createDirectory(atPath: folder + "/blobs", withIntermediateDirectories: true)
    try Data(count: 100).write(to: URL(fileURLWithPath: folder + "/blobs/x"))
    #expect(try run("models").output.contains("org/name"))
    #expect(try run("models", "remove", "org/name").status == 0)
    #expect(!FileManager.default.fileExists(atPath: folder))
    let again = try run("models", "remove", "org/name")
    #expect(again.status == 3)
    #expect(again.output.isEmpty)
  }

  @Test("--version and --help end well and write to standard output")
  func help() throws {
    #expect(try run("--version").output.contains("."))
    for page in [try run("--help"), try run("help", "generate"), try run("chat", "--help")] {
      #expect(page.status == 0)
      #expect(page.output.contains("USAGE"))
      #expect(page.errors.isEmpty)
    }
  }
}
