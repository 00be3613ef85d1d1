package import InkFormats
import Synchronization

/// Shows on standard error what happens while a model is fetched: one line that is redrawn on a terminal, a line for
/// every tenth part elsewhere.
package final class FetchProgress: Sendable {
  /// How progress is shown.
  package enum Style: Sendable, Equatable {
    /// Not at all; warnings still are.
    case silent
    /// A line now and then.
    case lines
    /// One line that is redrawn.
    case bar(columns: Int)
  }

  private struct State {
    /// The files under way, the first one begun first.
    var files: [(name: String, bytes: UInt64, total: UInt64?, start: ContinuousClock.Instant, startBytes: UInt64)] = []
    var lastDrawn: ContinuousClock.Instant?
    var lastTenth: [String: Int] = [:]
    var isDrawn = false
    var fetchedAnything = false
  }

  private let style: Style
  private let write: @Sendable (String) -> Void
  private let now: @Sendable () -> ContinuousClock.Instant
  private let state = Mutex(State())

  /// A display that hands its text to `write`.
  package init(
    style: Style, now: @escaping @Sendable () -> ContinuousClock.Instant = { ContinuousClock().now },
    write: @escaping @Sendable (String) -> Void
  ) {
    self.style = style
    self.now = now
    self.write = write
  }

  /// Whether bytes were fetched, rather than found on the disk.
  package var fetchedAnything: Bool { state.withLock { $0.fetchedAnything } }

  /// Shows one event.
  package func show(_ event: HubEvent) {
    state.withLock { state in
      switch event {
      case .progress(let file, let bytes, let total): advance(file, bytes, total, &state)
      case .fetchingPackage(let package, let bytes, let total): advance(package, bytes, total, &state)
      case .extracting(let file, let bytes, let total): advance("unpacking \(file)", bytes, total, &state)
      case .listing(let model): note("looking up \(model)", &state)
      case .licence(let model, let licence, let terms):
        note("\(model) comes under \(licence)" + (terms.isEmpty ? "" : ". \(terms)"), &state)
      case .waitingForLock(let file): note("waiting for another process that fetches \(file)", &state)
      case .retrying(let file, let reason, let delay):
        warn("\(file): \(reason) Trying again in \(Amount.decimal(delay.inSeconds, digits: 1)) s", &state)
      case .sourceFailed(let source, let reason): warn("\(source) failed: \(reason)", &state)
      case .usingCachedCopy(let model, let reason):
        warn("using the copy of \(model) on this machine: \(reason)", &state)
      case .finished(let file, _):
        state.files.removeAll()
        if state.fetchedAnything { note("\(file) is complete, its checksum is right", &state) }
      }
    }
  }

  /// Ends the line that is being redrawn.
  package func finish() {
    state.withLock { clear(&$0) }
  }

  private func advance(_ name: String, _ bytes: UInt64, _ total: UInt64?, _ state: inout State) {
    let now = now()
    state.fetchedAnything = true
    let index: Int
    if let known = state.files.firstIndex(where: { $0.name == name }) {
      index = known
    } else {
      // What is there at the first sight was fetched earlier and would spoil the rate.
      state.files.append((name, bytes, total, now, bytes))
      index = state.files.count - 1
    }
    state.files[index].bytes = bytes
    state.files[index].total = total
    let file = state.files[index]
    let elapsed = file.start.duration(to: now).inSeconds
    let gained = bytes >= file.startBytes ? bytes - file.startBytes : 0
    var line = ProgressLine(label: name, bytes: bytes, total: total)
    if elapsed > 0.5, gained > 0 { line.rate = Double(gained) / elapsed }
    switch style {
    case .silent: break
    case .lines:
      let tenth = Int((line.fraction ?? 0) * 10)
      if let last = state.lastTenth[name], last >= tenth { return }
      state.lastTenth[name] = tenth
      write(line.plain + "\n")
    case .bar(let columns):
      // Twenty drawings a second are smooth; the last one is always made.
      if let last = state.lastDrawn, last.duration(to: now) < .milliseconds(50), bytes != total { return }
      state.lastDrawn = now
      state.isDrawn = true
      write("\r\u{1B}[K" + line.drawn(columns: columns))
    }
  }

  private func note(_ text: String, _ state: inout State) {
    guard style != .silent else { return }
    clear(&state)
    write(text + "\n")
  }

  private func warn(_ text: String, _ state: inout State) {
    clear(&state)
    write("warning: \(text)\n")
  }

  private func clear(_ state: inout State) {
    if state.isDrawn { write("\r\u{1B}[K") }
    state.isDrawn = false
  }
}
