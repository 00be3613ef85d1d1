import ArgumentParser
import InkAdapters
import InkChains
import InkChat
import InkEvaluation
import InkFormats
import InkModels
import InkTensor
import InkTokenizers
import InkTraining
import InkstoneCommand
import Testing

@Suite("Exit status")
struct ExitStatusTests {
  private static let cases: [(any Error & Sendable, Int32)] = [
    (HubError(.unknownModel, context: "x"), 3), (HubError(.notFound, context: "x"), 3),
    (HubError(.offline, context: "x"), 3), (HubError(.invalidReference, context: "x"), 2),
    (HubError(.network, context: "x"), 69), (HubError(.packageIndex, context: "x"), 69),
    (HubError(.hashMismatch, context: "x"), 4), (HubError(.diskFull, context: "x"), 5),
    (HubError(.locked, context: "x"), 75), (HubError(.cancelled, context: "x"), 130),
    (HubError(.fileSystem, context: "x"), 1), (FormatError(.cannotOpen, file: "x"), 3),
    (FormatError(.truncated, file: "x"), 1), (ModelLoadError(.unknownFamily, context: "x"), 1),
    (TensorError(.outOfMemory, context: "x"), 5), (TensorError(.cannotOpen, context: "x"), 3),
    (TensorError(.cannotMap, context: "x"), 3), (FormatError(.outOfMemory, file: "x"), 5),
    (ModelLoadError(FormatError(.outOfMemory, file: "x"), as: .file), 5),
    (ModelLoadError(FormatError(.cannotOpen, file: "x"), as: .file), 3),
    (ModelLoadError(FormatError(.malformed, file: "x"), as: .file), 1), (AdapterError(.outOfMemory, context: "x"), 5),
    (TrainingError(FormatError(.outOfMemory, file: "x")), 5),
    (TokenizerError(.malformedFile, in: "x", expected: "", found: "", hint: ""), 1),
    (GenerationError(code: .invalidOption, context: "x"), 2),
    (GenerationError(code: .contextExceeded, context: "x"), 1),
    (GenerationError(code: .unavailable, context: "x"), 69), (GenerationError(code: .timedOut, context: "x"), 69),
    (GenerationError(code: .cancelled, context: "x"), 130),
    (EvaluationError(code: .invalidSetting, context: "x"), 2), (EvaluationError(code: .invalidData, context: "x"), 1),
    (EvaluationError(code: .model(GenerationError(code: .cancelled, context: "x")), context: "x"), 130),
    (ChainError(.invalidSetting, context: "x"), 2), (ChainError(.budget, context: "x"), 4),
    (ChainError(.unavailable, context: "x"), 69), (ChainError(.cancelled, context: "x"), 130),
    (GenerationError(code: .budget, context: "x"), 4),
    (ChainError(.refused, context: "x"), 1), (CommandError(.usage, context: "x"), 2),
    (CommandError(.checkFailed, context: "x"), 4),
    (CommandError(.cannotRead, context: "x"), 3), (CommandError(.diskFull, context: "x"), 5),
    (CommandError(.interrupted, context: "x"), 130), (CommandError(.terminated, context: "x"), 143),
    (ValidationError("x"), 2), (CleanExit.helpRequest(), 0), (CancellationError(), 130),
  ]

  @Test("every kind of error has the status of the conventions", arguments: cases.indices)
  func statusOfErrors(index: Int) {
    let (error, status) = Self.cases[index]
    #expect(ExitStatus(error, parser: Program.self).rawValue == status, "\(error)")
  }

  @Test("every status is one of the conventions")
  func statuses() {
    #expect(ExitStatus.allCases.map(\.rawValue) == [0, 1, 2, 3, 4, 5, 69, 75, 130, 143])
  }

  @Test("an error is told by its description alone, wrong arguments with the usage below")
  func messages() {
    let known = CommandError(.cannotRead, context: "a.txt", found: "no such file", hint: "Check the path")
    #expect(ErrorMessage(known, parser: Program.self).text == "a.txt: no such file. Check the path.")
    do {
      _ = try Program.parseAsRoot(["generate", "--prompt", "a", "--nonsense"])
      Issue.record("an unknown option was taken")
    } catch {
      let text = ErrorMessage(error, parser: Program.self).text
      #expect(text.contains("--nonsense"))
      #expect(text.contains("Usage: inkstone generate"))
      #expect(!text.hasPrefix("Error"))
    }
  }
}
