import InkChains
import InkChat
import Synchronization

/// Remembers events.
final class EventLog: ChainObserver {
  private let events = Mutex<[ChainEvent]>([])
  var all: [ChainEvent] { events.withLock { $0 } }
  func observe(_ event: ChainEvent) { events.withLock { $0.append(event) } }

  /// `position name what` of each event.
  var lines: [String] {
    all.map { event in
      let place = event.position.map(String.init).joined(separator: ".")
      let what =
        switch event.happening {
        case .started(let input): "start \(input)"
        case .text(let piece): "text \(piece)"
        case .reasoning(let piece): "reasoning \(piece)"
        case .toolCall(let call): "call \(call.name)"
        case .toolAnswer(let call, let text): "answer \(call.name) \(text)"
        case .usage(let counts): "usage \(counts.prompt) \(counts.completion)"
        case .routed(let choice): "routed \(choice)"
        case .retrying(let attempt, _): "retry \(attempt)"
        case .fellBack(let number, _): "fallback \(number)"
        case .cacheHit: "cached"
        case .finished(let output): "end \(output)"
        case .failed(let error): "failed \(error.code.rawValue)"
        }
      return "\(place) \(event.step) \(what)"
    }
  }
}
