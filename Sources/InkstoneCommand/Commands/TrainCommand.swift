package import ArgumentParser
import Foundation
import InkChat
import InkData
import InkFormats
import InkInference
import InkModels
import InkNN
import InkTensor
import InkTokenizers
import InkTraining
import Synchronization

/// `inkstone train`: trains what a recipe describes.
package struct TrainCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "train", abstract: "Train a model, or an adapter beside one, as a recipe describes it.",
    discussion: """
      A recipe is a YAML file: what is trained, on what, how. --set changes a value of it.

        inkstone train Recipes/tiny-gpt.yaml --output runs/tiny
        inkstone train Recipes/lora-smollm2.yaml --output runs/lora --set optimizer.learning_rate=1e-4 --steps 50
        inkstone train Recipes/lora-smollm2.yaml --plan

      The folder gets recipe.yaml, metrics.jsonl (an object a step), timings.jsonl, checkpoints/step-N and, at the end, \
      final: a model folder or an adapter folder. The same command goes on from the newest checkpoint, to the same bits \
      as a run that was never stopped. Ctrl-C or SIGTERM writes a checkpoint and ends with status 75.
      A recipe with stages trains them one after another, each in a folder of its own below stages; the last one leaves \
      final.
      Started by mpirun (or srun --mpi=pmix), the processes share the work of each step; the first one writes. \
      distributed.sharing says what each of them keeps: replicated, zero1, zero2.

        mpirun -n 2 inkstone train Recipes/tiny-gpt.yaml --output runs/tiny --threads 1
      """)

  @Argument(help: ArgumentHelp("The recipe.", valueName: "recipe"))
  package var recipe: String

  @Option(name: .shortAndLong, help: ArgumentHelp("The folder of the run.", valueName: "folder"))
  package var output: String?

  @Flag(help: "Predict the memory that the run takes, and train nothing.")
  package var plan = false

  @Option(
    help: ArgumentHelp("Set a value of the recipe, such as batch.size=4; may be repeated.", valueName: "name=value"))
  package var set: [String] = []

  @Option(help: "Train this many steps, whatever the recipe says.")
  package var steps: Int?

  @Flag(help: "Leave out records of the data that are broken, and say how many.")
  package var skipBad = false

  @Option(help: "What to do with checkpoints that are there: auto goes on, never refuses.")
  package var resume = "auto"

  @OptionGroup package var machine: MachineOptions

  @OptionGroup package var report: OutputOptions

  package init() {}

  package func validate() throws {
    if output == nil, !plan { throw ValidationError("--output: expected the folder of the run, found none.") }
    if let steps, steps < 1 { throw ValidationError("--steps: expected at least 1, found \(steps).") }
    if RunFolder.Resumption(rawValue: resume) == nil {
      throw ValidationError("--resume: expected auto or never, found \(resume).")
    }
  }

  package mutating func run() async throws {
    let command = self
    let processes = try TrainingProcesses(environment: ProcessInfo.processInfo.environment)
    try await processes.run { try await command.train(in: processes) }
  }

  private func train(in processes: TrainingProcesses) async throws {
    let communicator = processes.communicator
    var report = report
    // One of the processes speaks.
    if communicator.rank > 0 { report.quiet = true }
    let resumption = RunFolder.Resumption(rawValue: resume) ?? .auto
    let text = try RecipeText(
      try InputFile.text(recipe), file: recipe,
      settings: set + (steps.map { ["steps=\($0)"] } ?? []) + (skipBad ? ["skip_bad=true"] : []))
    try communicator.agree(on: Array(text.text.utf8), "the recipe")
    let stages = try text.stages(in: output ?? "")
    if let steps, let other = stages.first(where: { $0.recipe.stepCount != steps }) {
      throw CommandError(
        .usage, context: "--steps", expected: "a recipe whose stages do not say how many steps they take",
        found: "the stage \(other.name ?? "")", hint: "Set them one by one, as by --set stages.0.steps=\(steps).")
    }
    let opener = ModelOpener(network: machine.network, output: report)
    guard !plan, output != nil else { return try await showPlans(of: stages, opener) }
    let cpu = CPU(threads: machine.threads ?? ThreadPool.processorCount, keptMemory: .everything)
    let isAsked = Atomic(false)
    let watch = SignalWatch(Interruption.signals) { signal in
      if isAsked.exchange(true, ordering: .relaxed) { Interruption.endProcess(signal) }
    }
    defer { watch.stop() }
    for stage in stages {
      // What a stage begins from is there for all processes.
      try communicator.barrier()
      if resumption == .auto, try stage.isFinished {
        report.remark("stage \(stage.name ?? ""): finished already, in \(stage.folder)")
        continue
      }
      if let name = stage.name { report.remark("stage \(name)") }
      let end = try await train(stage, opener, in: processes, on: cpu, report) { isAsked.load(ordering: .relaxed) }
      guard end == .finished else { return }
    }
  }

  /// Trains one stage and writes what it leaves.
  private func train(
    _ stage: RecipeStage, _ opener: ModelOpener, in processes: TrainingProcesses, on cpu: CPU, _ report: OutputOptions,
    shouldStop: () -> Bool
  ) async throws -> RunEnd {
    let (recipe, output, communicator) = (stage.recipe, stage.folder, processes.communicator)
    let resumption = RunFolder.Resumption(rawValue: resume) ?? .auto
    let files = TrainingFiles(recipe, opener, tokenizerFolder: "\(output)/tokenizer")
    let (base, language) = try await processes.inTurn { try await files.open() }
    let session = try base.session(for: recipe, language: language, on: cpu)
    let folder =
      communicator.rank == 0 ? try runFolder(output, recipe, resumption, processes: communicator.size, cpu) : nil
    try folder?.keep(stage.text)
    for notice in session.remarks { report.remark(notice) }
    let start = ContinuousClock().now
    let display = TrainingDisplay(report, total: recipe.stepCount) {
      start.duration(to: ContinuousClock().now).inSeconds
    }
    defer { display.finish() }
    let outcome = try session.train(
      in: folder, resumption: resumption, communicator: communicator,
      resumed: { checkpoint in
        for notice in folder?.notices ?? [] { display.remark(notice) }
        display.remark("going on from \(checkpoint)")
      },
      observe: { display.show($0) }, measured: { display.remark(TrainCommand.line($0)) }, shouldStop: shouldStop)
    display.finish()
    for warning in outcome.warnings { report.remark("warning: \(warning)") }
    if let remark = outcome.samples.remark { report.remark(remark) }
    try await finish(
      outcome, session, folder, files, template: recipe.chat.template.flatMap { _ in language.template }, stage, report)
    return outcome.end
  }

  private func runFolder(
    _ output: String, _ recipe: Recipe, _ resumption: RunFolder.Resumption, processes: Int, _ cpu: CPU
  ) throws -> RunFolder {
    let start = ContinuousClock().now
    let clock = { @Sendable in start.duration(to: ContinuousClock().now).inSeconds }
    let peak = MachinePeak.measured(on: cpu, clock: clock)
    return try RunFolder(
      output, keep: recipe.checkpoints.keep, resumption: resumption, reports: recipe.reports,
      machine: RunMachine(
        clock: clock, wallClock: { Date().timeIntervalSince1970 }, host: ProcessInfo.processInfo.hostName,
        memory: { ProcessMemory.peakResidentBytes }, peakOperations: peak.map { $0 * Double(processes) }))
  }

  /// The plans of stages whose base is there: of the first, and of those behind stages that are finished.
  private func showPlans(of stages: [RecipeStage], _ opener: ModelOpener) async throws {
    for (index, stage) in stages.enumerated() {
      if index > 0, try !stages[index - 1].isFinished {
        return report.remark("stage \(stage.name ?? ""): planned when the one before is finished")
      }
      if let name = stage.name { report.remark("stage \(name)") }
      try await showPlan(stage, opener)
    }
  }

  /// Goes through the first steps on a backend that computes nothing.
  private func showPlan(_ stage: RecipeStage, _ opener: ModelOpener) async throws {
    let recipe = stage.recipe
    let files = FileManager.default
    let workplace = files.temporaryDirectory.appendingPathComponent(
      "inkstone-plan-\(ProcessInfo.processInfo.processIdentifier)"
    ).path
    defer { try? files.removeItem(atPath: workplace) }
    let known = output.map { _ in "\(stage.folder)/tokenizer" }.flatMap { files.fileExists(atPath: $0) ? $0 : nil }
    let (base, language) = try await TrainingFiles(
      recipe, opener, tokenizerFolder: known ?? "\(workplace)/tokenizer"
    ).open()
    let session = try base.planned(for: recipe).session(
      for: recipe, language: language, on: CPU.planning(threads: machine.threads ?? ThreadPool.processorCount))
    let program = max(Int(clamping: ProcessMemory.residentBytes) - session.adapterByteCount, 0)
    let memory = MemoryReport(try session.memoryPlan(), program: program)
    if report.json { return try report.result(memory.json.text) }
    for line in memory.lines { try report.result(line) }
  }

  private func finish(
    _ outcome: RunOutcome, _ session: any TrainingSession, _ folder: RunFolder?, _ files: TrainingFiles,
    template: ConversationTemplate?, _ stage: RecipeStage, _ report: OutputOptions
  ) async throws {
    let step = outcome.step
    switch outcome.end {
    case .interrupted:
      if step > 0 { try folder?.writeReport() }
      report.remark("stopped after step \(step); the same command goes on")
      throw ExitCode(ExitStatus.resumable.rawValue)
    case .stopped(let reason):
      report.remark("stopped: \(reason)" + (stage.isLast ? "" : "; the same command goes on with the next stage"))
    case .finished: break
    }
    guard let folder else { return }
    let companions: String? =
      switch session.recipe.tokenizer {
      case nil: nil
      case .stored(let path)?: path
      case .trained?, .extended?: "\(stage.folder)/tokenizer"
      }
    if FileManager.default.fileExists(atPath: folder.finalPath) {
      try FileManager.default.removeItem(atPath: folder.finalPath)
    }
    try session.writeResult(
      to: folder.finalPath, companions: companions, template: template?.variants.first?.template.source)
    try await writeSamples(of: session, by: try files.templateChoice, to: folder)
    try folder.writeReport()
    if !stage.isLast {
      report.remark("\(step) steps; \(folder.finalPath)")
    } else if report.json {
      try report.result(TrainCommand.json(outcome, session, folder).text)
    } else {
      try report.result("\(step) steps; \(folder.finalPath)")
    }
  }

  private static func json(_ outcome: RunOutcome, _ session: any TrainingSession, _ folder: RunFolder) -> Report {
    let stopped: Report =
      switch outcome.end {
      case .stopped(let reason): .text(reason)
      case .finished, .interrupted: .null
      }
    return .object([
      JSONMember("steps", .whole(outcome.step)), JSONMember("final", .text(folder.finalPath)),
      JSONMember("stopped", stopped), JSONMember("examples_left_out", .whole(outcome.samples.counts.leftOut)),
      JSONMember("broken_records", .whole(session.brokenRecords)),
    ])
  }

  /// Answers the recipe's prompts with what was trained, where it learned to answer; else continues them.
  private func writeSamples(
    of session: any TrainingSession, by template: TemplateChoice, to folder: RunFolder
  ) async throws {
    guard !session.recipe.samples.isEmpty, let writer = try trained(session, template, in: folder) else { return }
    let model = LocalChatModel(writer)
    let answers = session.recipe.task == .finetune && writer.template != nil
    let options = GenerationOptions(
      sampling: SamplingParameters(temperature: 0.8, topP: 0.95, seed: session.recipe.seed), maximumTokens: 80)
    var samples: [WrittenSample] = []
    for prompt in session.recipe.samples {
      let stream =
        answers
        ? model.stream([.user(prompt)], options: options) : model.stream(continuing: .text(prompt), options: options)
      var text = ""
      for try await event in stream {
        if case .text(let piece) = event { text += piece }
      }
      report.remark(answers ? "\(prompt)\n\(text)" : "\(prompt)\(text)")
      samples.append(WrittenSample(prompt: prompt, text: text, step: nil))
    }
    try folder.write(samples)
  }

  /// What was trained, as a model that writes: the folder of the result, or the base with the adapter in it. Nil, with a
  /// remark, for an adapter whose base does not write or cannot be read again.
  private func trained(
    _ session: any TrainingSession, _ template: TemplateChoice, in folder: RunFolder
  ) throws -> LanguageModel? {
    let cpu = CPU(threads: session.threadCount)
    guard session.adapter != nil else {
      return try LanguageModel.load(folder: folder.finalPath, name: "trained", template: template, cpu: cpu)
    }
    guard let checkpoint = (session as? DecoderSession)?.checkpoint else {
      report.remark("samples: an adapter of an encoder writes none")
      return nil
    }
    // Adapters are made for the order of rows of checkpoints.
    var options = LoadingOptions()
    options.conventions = .checkpoint
    do {
      let (base, path): (LanguageModel, String)
      switch checkpoint.origin {
      case .folder(let origin):
        base = try LanguageModel.load(
          folder: origin.path, name: "trained", options: options, template: template, cpu: cpu)
        path = origin.path
      case .gguf(_, let origin):
        base = try LanguageModel.load(gguf: origin, name: "trained", options: options, template: template, cpu: cpu)
        path = origin
      case .fresh:
        report.remark("samples: the base of this adapter was drawn and lies nowhere")
        return nil
      }
      return try base.attaching(
        adapters: [("trained", folder.finalPath)], ofCheckpoint: path, answering: "trained", on: cpu)
    } catch {
      // The run is done and its result is written: that it cannot be shown is no failure of it.
      report.remark("samples: \(error)")
      return nil
    }
  }

  private static func line(_ evaluation: EvaluationResult) -> String {
    let measures = evaluation.measures.map { ", \($0.kind.rawValue) \(Amount.decimal($0.value, digits: 4))" }
    return "\(evaluation.evaluation) after step \(evaluation.step): loss "
      + "\(Amount.decimal(evaluation.loss, digits: 4))\(measures.joined())"
  }
}
