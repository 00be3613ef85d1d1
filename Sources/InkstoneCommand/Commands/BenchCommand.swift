package import ArgumentParser
import InkChat
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
        inkstone bench --kernels --threads 1
      """)

  @OptionGroup package var model: ModelArgument

  @Option(name: [.customShort("p"), .long], help: "Tokens of the prompt; 0 leaves it out.")
  package var prompt = 512

  @Option(name: [.customShort("n"), .long], help: "Tokens to decode; 0 leaves it out.")
  package var generate = 128

  @Option(name: [.customShort("r"), .long], help: "How often each is measured.")
  package var `repeat` = 5

  @Flag(help: "Measure the kernels alone, on every instruction set of this machine; no model is loaded.")
  package var kernels = false

  @OptionGroup package var output: OutputOptions

  package init() {}

  package func validate() throws {
    for (name, value, least) in [("--prompt", prompt, 0), ("--generate", generate, 0), ("--repeat", `repeat`, 1)]
    where value < least || value > 1_000_000 {
      throw ValidationError("\(name): expected \(least) to 1000000, found \(value).")
    }
    if prompt == 0, generate == 0 { throw ValidationError("Nothing is left to measure: give --prompt or --generate.") }
  }

  package mutating func run() async throws {
    if kernels { return try measureKernels() }
    let (model, loading) = try await ModelOpener(network: self.model.machine.network, output: output)
      .load(self.model.model, on: self.model.machine.makeCPU())
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

  private func measureKernels() throws {
    var report = KernelReport()
    for set in InstructionSet.available {
      output.remark("measuring \(set.rawValue)")
      try report.measure(set, threads: model.machine.threads ?? ThreadPool.processorCount)
    }
    if output.json { return try output.result(report.json.text) }
    for line in report.lines { try output.result(line) }
  }
}
