import InkTraining
import Testing

/// Runs that are killed at every action of theirs on the disk, and go on.
@Suite struct StoppedRunTests {
  @Test(
    "A run that is killed at any action has the weights and the log of one that never was",
    arguments: StoppingDisk.Trace.allCases)
  func killed(_ trace: StoppingDisk.Trace) throws {
    let counting = StoppingDisk()
    let whole = RunProcess(folder: try TestFolder(), disk: counting)
    let (end, bits) = try whole.run()
    let logs = whole.logs
    #expect(end == .finished)
    #expect(counting.count > 40)
    // Seven steps; the loss at the start, after steps 3 and 6 and at the end.
    #expect(logs.map { $0?.split(separator: "\n").count } == [7, 4])
    for limit in 0..<counting.count {
      let folder = try TestFolder()
      let disk = StoppingDisk(after: limit, leaving: trace)
      #expect(throws: TrainingError.self) { _ = try RunProcess(folder: folder, disk: disk).run() }
      // The second process is killed as well, somewhere else.
      let second = StoppingDisk(after: limit / 2 + 3, leaving: trace)
      _ = try? RunProcess(folder: folder, disk: second).run()
      let last = RunProcess(folder: folder)
      let (end, resumed) = try last.run()
      #expect(end == .finished)
      #expect(resumed == bits, "killed after \(limit) actions")
      #expect(last.logs == logs, "killed after \(limit) actions")
    }
  }

  @Test("A run that is asked to stop writes a checkpoint and goes on to the same bits", arguments: 1...7)
  func asked(_ step: Int) throws {
    let whole = RunProcess(folder: try TestFolder())
    let (_, bits) = try whole.run()
    let folder = try TestFolder()
    let (end, _) = try RunProcess(folder: folder, stop: step).run()
    // Behind the last step there is still something to measure.
    #expect(end == .interrupted)
    #expect(folder.names("run/checkpoints").contains("step-\(step)"))
    let last = RunProcess(folder: folder)
    #expect(try last.run().1 == bits)
    #expect(last.logs == whole.logs)
  }

  @Test(
    "A run that is asked to stop while it measures notes nothing of it, and measures when it goes on", arguments: 1...12
  )
  func askedWhileMeasuring(_ question: Int) throws {
    let whole = RunProcess(folder: try TestFolder())
    let (_, bits) = try whole.run()
    let folder = try TestFolder()
    let part = RunProcess(folder: folder, stopAtQuestion: question)
    let end = try part.run().0
    let steps = part.metrics?.split(separator: "\n").count ?? 0
    if end == .interrupted {
      #expect(part.logs != whole.logs)
      #expect(steps == 0 || folder.names("run/checkpoints").contains("step-\(steps)"))
    } else {
      // Nobody asks so often.
      #expect(question == 12 && end == .finished)
    }
    let last = RunProcess(folder: folder)
    #expect(try last.run().1 == bits)
    #expect(last.logs == whole.logs)
  }

  @Test("A run whose newest checkpoint is damaged goes on from the one before, to the same bits")
  func damaged() throws {
    let folder = try TestFolder()
    let (_, bits) = try RunProcess(folder: folder).run()
    let logs = RunProcess(folder: folder).logs
    try SystemDisk().write([1, 2, 3], to: "\(folder.path)/run/checkpoints/step-6/weights.safetensors")
    let again = RunProcess(folder: folder, notices: 1)
    #expect(try again.run().1 == bits)
    #expect(again.logs == logs)
    #expect(folder.names("run/checkpoints") == ["step-4", "step-6"])
  }

  @Test("A run whose checkpoints are all damaged says so instead of beginning anew")
  func lost() throws {
    let folder = try TestFolder()
    _ = try RunProcess(folder: folder).run()
    let logs = RunProcess(folder: folder).logs
    for step in [4, 6] {
      try SystemDisk().remove("\(folder.path)/run/checkpoints/step-\(step)/optimizer.safetensors")
    }
    let error = #expect(throws: TrainingError.self) { _ = try RunProcess(folder: folder, notices: 2).run() }
    #expect(error?.description.contains("optimizer.safetensors is missing") == true)
    #expect(RunProcess(folder: folder).logs == logs)
  }

  @Test("The same run on one and on two threads has the same bits and the same log")
  func threads() throws {
    let one = RunProcess(folder: try TestFolder())
    let two = RunProcess(folder: try TestFolder(), threads: 2)
    #expect(try one.run().1 == two.run().1)
    #expect(one.logs == two.logs)
  }

  @Test("A loss that jumps ends the run with the records of the batch, and no checkpoint holds what they did")
  func spike() throws {
    let folder = try TestFolder()
    // Without learning, losses only differ by what the batches hold; any that is above the mean is a jump then.
    let process = RunProcess(
      folder: folder, rate: 0, rules: StoppingRules(spike: StoppingRules.Spike(deviations: 0.01, window: 2)))
    for _ in 0..<2 {
      // Going on from the last checkpoint meets the same batch.
      let error = #expect(throws: TrainingError.self) { _ = try process.run() }
      #expect(error?.code == .divergence)
      #expect(error?.found.contains("the loss of step") == true)
      #expect(error?.found.contains("words.txt:") == true)
      let last = try #require(process.metrics?.split(separator: "\n").last)
      let step = try #require(last.firstMatch(of: /"step":(\d+)/)?.1)
      #expect(error?.context == "step \(step)")
      #expect(!folder.names("run/checkpoints").contains("step-\(step)"))
    }
  }

  @Test("A run that goes on with a shorter window for jumps looks at the newest losses of the longer one")
  func shorterWindow() throws {
    let folder = try TestFolder()
    let never = StoppingRules(spike: StoppingRules.Spike(deviations: 1e9, window: 3))
    #expect(try RunProcess(folder: folder, stop: 4, rules: never).run().0 == .interrupted)
    // Every loss lies above a bound that is so far below the mean.
    let always = StoppingRules(spike: StoppingRules.Spike(deviations: -1e9, window: 2))
    let error = #expect(throws: TrainingError.self) { _ = try RunProcess(folder: folder, rules: always).run() }
    #expect(error?.code == .divergence && error?.context == "step 5")
  }

  @Test("A run that no longer improves ends, and stays ended until the rule is another one")
  func patience() throws {
    let folder = try TestFolder()
    var process = RunProcess(folder: folder, rate: 0, rules: StoppingRules(patience: 1))
    let ended = try process.run()
    guard case .stopped(let reason) = ended.0 else {
      Issue.record("\(ended.0)")
      return
    }
    #expect(reason.contains("has not improved"))
    let logs = process.logs
    #expect(logs.map { $0?.split(separator: "\n").count } == [3, 2])
    #expect(try process.run() == ended)
    #expect(process.logs == logs)
    process.rules = StoppingRules(patience: 9)
    #expect(try process.run().0 == .finished)
    #expect(process.logs.map { $0?.split(separator: "\n").count } == [7, 4])
  }

  @Test("A general loss that grows ends a run or is warned of, as the guard says")
  func forgetting() throws {
    func run(_ action: StoppingRules.Guard.Action, limit: Double) throws -> (end: RunEnd, steps: Int?) {
      let process = RunProcess(
        folder: try TestFolder(), rules: StoppingRules(protection: StoppingRules.Guard(limit: limit, action: action)),
        role: .general)
      return (try process.run().0, process.metrics?.split(separator: "\n").count)
    }
    // What is measured is trained on, so that its loss falls; it has grown by more than a negative limit all the same.
    let ended = try run(.stop, limit: -0.99)
    guard case .stopped(let reason) = ended.end else {
      Issue.record("\(ended.end)")
      return
    }
    #expect(reason.hasPrefix("the loss on words grew from"))
    #expect(ended.steps == 3)
    #expect(try run(.warn, limit: -0.99) == (.finished, 7))
    #expect(try run(.stop, limit: 0.5) == (.finished, 7))
  }

  @Test("A run that diverges ends with the records of the batch, before its log holds what is no number")
  func divergence() throws {
    let folder = try TestFolder()
    let process = RunProcess(folder: folder, rate: 1e30)
    let error = #expect(throws: TrainingError.self) { _ = try process.run() }
    #expect(error?.code == .divergence)
    #expect(error?.description.contains("words.txt") == true)
    let lines = try #require(process.metrics)
    #expect(!lines.lowercased().contains("nan") && !lines.lowercased().contains("inf"))
  }
}
