import InkNN
import Synchronization

/// Keeps what the routers of a step decided, by layer.
final class ChoiceRecorder: Sendable {
  private let found = Mutex<[Int: ExpertChoice]>([:])

  var choices: [Int: ExpertChoice] { found.withLock { $0 } }
  var observer: ExpertObserver { { layer, choice in self.found.withLock { $0[layer] = choice } } }
}
