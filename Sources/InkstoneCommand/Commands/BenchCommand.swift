package import ArgumentParser
import Foundation
import InkChat
import InkIndex
import InkInference
import InkTensor

/// `inkstone bench`: how fast a model is on this machine.
package struct BenchCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "bench", abstract: "Measure prompt and decoding speed, load time and memory.",
    discussion: """
      Counts as llama-bench does: the prompt and the decoding each start from an empty cache, with tokens drawn at \
      random, after a run that does not count.

        inkstone bench --prompt 512 --generate 128 --threads 2 --repeat 5
        inkstone bench --clients 8 --prompt 128 --generate 64
        inkstone bench --kernels --threads 1
        inkstone bench --product plain:1024x1024x1024 --product weight-gradient:4096x384x1536
        inkstone bench --keywords documents.txt --queries queries.txt
      """)

  @OptionGroup package var model: ModelArgument

  @Option(name: [.customShort("p"), .long], help: "Tokens of the prompt; 0 leaves it out.")
  package var prompt = 512

  @Option(name: [.customShort("n"), .long], help: "Tokens to decode; 0 leaves it out.")
  package var generate = 128

  @Option(name: [.customShort("r"), .long], help: "How often each is measured.")
  package var `repeat` = 5

  @Option(
    help: """
      Let so many clients ask at once, each again as soon as it is answered, and measure the tokens of all and the time \
      to the first token; --repeat counts the requests of each client.
      """)
  package var clients: Int?

  @Option(
    help: """
      For --clients: tokens that all prompts begin with, such as those of a chat template; computed once and not \
      counted.
      """)
  package var prefix = 0

  @Flag(help: "Measure the kernels alone, on every instruction set of this machine; no model is loaded.")
  package var kernels = false

  @Option(
    help: """
      Measure an f32 matrix product alone, written KIND:TOKENSxINPUTSxOUTPUTS; no model is loaded. Kinds: plain, \
      forward, input-gradient, weight-gradient. May be given several times.
      """)
  package var product: [String] = []

  @Option(
    help: """
      Measure keyword search alone over a file with the terms of a document a line, divided by spaces; no model is \
      loaded. Needs --queries.
      """)
  package var keywords: String?

  @Option(help: "For --keywords: a file with the terms of a query a line.")
  package var queries: String?

  @Option(
    help: """
      Measure searches for vectors alone: a folder with vectors.f32 and queries.f32 (rows of floats) and truth.i32 (the \
      ten best row numbers of every query by cosine); no model is loaded.
      """)
  package var vectors: String?

  @Flag(
    help: """
      For --vectors: search once more for each line of the standard input, and print the numbers again, until it ends; \
      so that programs can take turns.
      """)
  package var turns = false

  @OptionGroup package var output: OutputOptions

  package init() {}

  package func validate() throws {
    for (name, value, least) in [
      ("--prompt", prompt, 0), ("--generate", generate, 0), ("--repeat", `repeat`, 1), ("--clients", clients ?? 1, 1),
      ("--prefix", prefix, 0),
    ]
    where value < least || value > 1_000_000 {
      throw ValidationError("\(name): expected \(least) to 1000000, found \(value).")
    }
    if (keywords == nil) != (queries == nil) { throw ValidationError("--keywords and --queries belong together.") }
    if prefix > 0, clients == nil { throw ValidationError("--prefix belongs to --clients.") }
    if turns, vectors == nil { throw ValidationError("--turns belongs to --vectors.") }
    if prompt == 0, generate == 0 { throw ValidationError("Nothing is left to measure: give --prompt or --generate.") }
  }

  package mutating func run() async throws {
    if kernels { return try measureKernels() }
    if !product.isEmpty { return try measureProducts() }
    if let keywords, let queries { return try measureKeywords(keywords, queries) }
    if let vectors { return try measureVectors(vectors) }
    let (model, loading) = try await ModelOpener(network: self.model.machine.network, output: output)
      .load(self.model.model, on: self.model.machine.makeCPU())
    if let clients { return try await measureClients(clients, model) }
    var benchmark = SpeedBenchmark(model: model, prompt: prompt, generate: generate)
    try benchmark.warmUp()
    for round in 1...`repeat` {
      try benchmark.measure()
      if `repeat` > 1 { output.remark("\(round) of \(`repeat`): \(benchmark.lastRound)") }
    }
    let peak = ProcessMemory.peakResidentBytes
    if output.json {
      let report: Report = [
        "model": .string(self.model.model), "instruction_set": .string(model.cpu.instructionSet.rawValue),
        "threads": .whole(model.cpu.threads.threadCount), "prompt": .whole(prompt), "generate": .whole(generate),
        "repeat": .whole(`repeat`), "prompt_tokens_per_second": benchmark.promptRates.json,
        "decode_tokens_per_second": benchmark.decodeRates.json, "load_seconds": .number(loading.inSeconds),
        "peak_rss_bytes": .whole(peak),
      ]
      return try output.result(report.text)
    }
    var rows: [[String]] = []
    if prompt > 0 { rows.append(["prompt of \(prompt)", "\(benchmark.promptRates.text(digits: 1)) tokens/s"]) }
    if generate > 0 { rows.append(["decoding \(generate)", "\(benchmark.decodeRates.text(digits: 1)) tokens/s"]) }
    rows.append(["load", "\(Amount.decimal(loading.inSeconds * 1000, digits: 1)) ms"])
    rows.append(["peak memory", Amount.bytes(peak)])
    rows.append(["threads", "\(model.cpu.threads.threadCount) (\(model.cpu.instructionSet.rawValue))"])
    for line in TextTable.lines(rows, alignments: [.left, .left]) { try output.result(line) }
  }

  private func measureClients(_ clients: Int, _ model: LanguageModel) async throws {
    let load = LoadBenchmark(
      model: model, clients: clients, requests: `repeat`, prefix: prefix, prompt: max(prompt, 1),
      generate: max(generate, 1))
    let found = try await load.measure()
    if output.json {
      let report: Report = [
        "model": .string(self.model.model), "threads": .whole(model.cpu.threads.threadCount),
        "clients": .whole(clients), "requests": .whole(clients * `repeat`), "prefix": .whole(prefix),
        "prompt": .whole(prompt), "generate": .whole(generate), "tokens_per_second": .number(found.tokensPerSecond),
        "first_token_seconds": found.firstToken.json,
        "first_token_p99_seconds": .number(found.firstToken.quantile(0.99)),
        "latency_seconds": found.latency.json,
      ]
      return try output.result(report.text)
    }
    let milliseconds = Samples(found.firstToken.values.map { $0 * 1000 })
    let rows = [
      ["\(clients) clients", "\(Amount.decimal(found.tokensPerSecond, digits: 1)) tokens/s, prompt and answer"],
      ["first token", "\(milliseconds.text(digits: 1)) ms"],
      ["latency", "\(found.latency.text(digits: 2)) s"],
      ["threads", "\(model.cpu.threads.threadCount) (\(model.cpu.instructionSet.rawValue))"],
    ]
    for line in TextTable.lines(rows, alignments: [.left, .left]) { try output.result(line) }
  }

  private func measureKernels() throws {
    var report = KernelReport()
    for set in InstructionSet.available {
      output.remark("measuring \(set.rawValue)")
      try report.measure(set, threads: model.machine.threads ?? ThreadPool.processorCount)
    }
    if output.json { return try output.result(report.json.text) }
    for line in report.lines { try output.result(line) }
  }

  private func measureVectors(_ folder: String) throws {
    var report = try VectorReport(folder: folder)
    let cpu = model.machine.makeCPU()
    for storage in [VectorSettings.Storage.float32, .int8(rescoring: .float32), .int8(rescoring: .none)] {
      for kind in [VectorSettings.Kind.flat, .hnsw()] {
        output.remark("building \(kind) with \(storage)")
        try report.build(storage, kind, on: cpu)
      }
    }
    repeat {
      try report.search()
      for line in output.json ? [report.json.text] : report.lines { try output.result(line) }
    } while turns && readLine() != nil
  }

  private func measureProducts() throws {
    var report = ProductReport()
    let cpu = model.machine.makeCPU()
    for name in product {
      output.remark("measuring \(name)")
      try report.measure(name, on: cpu, repeat: `repeat`)
    }
    if output.json { return try output.result(report.json.text) }
    for line in report.lines { try output.result(line) }
  }

  private func measureKeywords(_ documents: String, _ queries: String) throws {
    let benchmark = KeywordBenchmark(
      documents: try String(contentsOfFile: documents, encoding: .utf8),
      queries: try String(contentsOfFile: queries, encoding: .utf8), ranking: KeywordRanking(saturation: 1.5))
    let clock = ContinuousClock()
    let start = clock.now
    let report = KeywordReport(
      try benchmark.run(repeat: `repeat`, top: 10) { start.duration(to: clock.now).inSeconds })
    if output.json { return try output.result(report.json.text) }
    for line in report.lines { try output.result(line) }
  }
}
