#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A terminal whose keys come one by one, neither shown nor acted upon by the system, until it is given back.
///
/// A request to end that comes meanwhile gives the terminal back first: a shell would go on without showing what is typed.
final class RawTerminal {
  private static let ending = [SIGTERM, SIGHUP]
  private let descriptor: Int32
  private let original: termios
  private let raw: termios
  private let watch: SignalWatch

  /// Takes the terminal; nil when the descriptor is none.
  init?(_ descriptor: Int32) {
    var settings = termios()
    guard tcgetattr(descriptor, &settings) == 0 else { return nil }
    let original = settings
    cfmakeraw(&settings)
    // Line ends that are written stay what they are elsewhere.
    settings.c_oflag = original.c_oflag
    self.descriptor = descriptor
    self.original = original
    raw = settings
    watch = SignalWatch(RawTerminal.ending) { number in
      RawTerminal.set(original, on: descriptor)
      Interruption.endProcess(number)
    }
    RawTerminal.set(settings, on: descriptor)
  }

  /// Gives the terminal back.
  func giveBack() {
    RawTerminal.set(original, on: descriptor)
    watch.stop()
  }

  /// Stops the process as Ctrl-Z does; goes on when the shell lets it.
  func suspend() {
    RawTerminal.set(original, on: descriptor)
    raise(SIGTSTP)
    RawTerminal.set(raw, on: descriptor)
  }

  /// Waits for keys.
  ///
  /// - Parameter milliseconds: how long at most.
  /// - Returns: the bytes; none when the time was up, nil when the terminal is gone.
  func read(within milliseconds: Int32) -> [UInt8]? {
    var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    guard poll(&wanted, 1, milliseconds) > 0 else { return [] }
    var input = DescriptorInput(descriptor, chunkSize: 4_096)
    // A signal may be a reason to draw the line again, so it is no reason to wait on.
    switch input.ask() {
    case .bytes(let bytes): return Array(bytes)
    case .interrupted, .failed(EAGAIN): return []
    case .end, .failed: return nil
    }
  }

  private static func set(_ settings: termios, on descriptor: Int32) {
    // What was typed ahead is kept, so no flushing.
    var settings = settings
    while tcsetattr(descriptor, TCSADRAIN, &settings) != 0, errno == EINTR {}
  }
}
