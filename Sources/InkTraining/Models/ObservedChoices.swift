import InkNN
import Synchronization

/// What the routers of a pass decided, in the order of the layers.
final class ObservedChoices: Sendable {
  private let choices = Mutex<[ExpertChoice]>([])

  var all: [ExpertChoice] { choices.withLock { $0 } }

  /// Takes note of them.
  var observer: ExpertObserver { { _, choice in self.choices.withLock { $0.append(choice) } } }
}
