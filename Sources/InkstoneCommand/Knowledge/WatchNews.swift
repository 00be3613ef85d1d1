import InkRetrieval
import Synchronization

/// Tells what happens in a watched folder, as far as it is new: what is left alone or cannot be read is found again at
/// every change of the folder, and said once.
final class WatchNews: Sendable {
  private let output: OutputOptions
  private let told: Mutex<Set<DocumentOutcome>>

  /// - Parameter known: what was told before watching began.
  init(_ output: OutputOptions, known: [DocumentOutcome]) {
    self.output = output
    told = Mutex(Set(known))
  }

  /// Tells of an event, if there is anything to tell.
  func show(_ event: IngestionEvent) {
    switch event {
    case .found, .cut, .embedded: break
    case .interrupted(let error):
      // A reader of the warnings who went away is no reason to stop following.
      try? OutputStream.notices.write("warning: " + VisibleText.of("\(error)") + "\n")
    case .finished(let outcome):
      switch outcome.result {
      case .unchanged: break
      case .added, .replaced, .removed: output.remark(IngestionSummary.line(outcome))
      case .skipped, .failed:
        if told.withLock({ $0.insert(outcome).inserted }) { output.remark(IngestionSummary.line(outcome)) }
      }
    }
  }
}
