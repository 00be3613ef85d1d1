import InkTraining
import Testing

@Suite struct RunLogTests {
  @Test("Lines that are cut, no JSON, or no numbers are counted, and the others are read")
  func damaged() throws {
    let run = try WrittenRun()
    try run.write(
      WrittenRun.step(1, loss: 3) + "no json\n" + "\n \r\n"
        + #"{"step":2,"loss":1e999,"learning_rate":1,"gradient_norm":1,"tokens":1}"# + "\n" + "[1,2]\n"
        + WrittenRun.step(3, loss: 2) + #"{"step":4,"lo"#,
      to: "metrics.jsonl")
    try run.write(
      WrittenRun.evaluation("validation", step: 1, loss: 2.5) + #"{"step":2,"evaluation":"validation"}"#,
      to: "evaluations.jsonl")
    try run.write(WrittenRun.timing(1, seconds: 0.5, speed: 512) + "{}\n", to: "timings.jsonl")
    try run.write(#"{"prompt":"a","text":"b"}"# + "\n" + #"{"prompt":"a"}"#, to: "samples.jsonl")
    let log = try RunLog(folder: run.folder)
    #expect(log.steps.map(\.step) == [1, 3])
    #expect(log.steps.map(\.loss) == [3, 2])
    #expect(log.evaluations == [EvaluationResult(step: 1, evaluation: "validation", loss: 2.5)])
    #expect(log.timings == [StepTiming(step: 1, seconds: 0.5, tokensPerSecond: 512)])
    #expect(log.samples == [WrittenSample(prompt: "a", text: "b")])
    #expect(log.damagedLines == 7)
  }

  @Test("Of a step that was done twice the later line holds, and steps are in order")
  func repeated() throws {
    let run = try WrittenRun()
    try run.write(
      WrittenRun.step(1, loss: 9) + WrittenRun.step(2, loss: 8) + WrittenRun.step(3, loss: 7)
        + WrittenRun.step(2, loss: 6),
      to: "metrics.jsonl")
    try run.write(
      WrittenRun.evaluation("general", step: 2, loss: 5) + WrittenRun.evaluation("validation", step: 2, loss: 4)
        + WrittenRun.evaluation("general", step: 2, loss: 3),
      to: "evaluations.jsonl")
    let log = try RunLog(folder: run.folder)
    #expect(log.steps.map(\.loss) == [9, 6, 7])
    #expect(log.evaluations.map(\.loss) == [3, 4])
    #expect(log.evaluationNames == ["general", "validation"])
    #expect(log.damagedLines == 0)
  }

  @Test("A folder without metrics is no run")
  func missing() throws {
    let run = try WrittenRun()
    try run.write("", to: "timings.jsonl")
    #expect { try RunLog(folder: run.folder) } throws: { error in
      (error as? TrainingError)?.code == .file && "\(error)".contains("metrics.jsonl")
    }
  }
}
