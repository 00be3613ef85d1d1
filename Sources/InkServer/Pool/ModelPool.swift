/// Many models behind one port: loaded on first use, unloaded when others need the room.
///
/// ```swift
/// let pool = try ModelPool(entries, loader: loader, limits: ModelPoolLimits(memory: 8 << 30), clock: ContinuousClock())
/// await pool.preload()
/// let lease = try await pool.lease("assistant", for: .chat)
/// ```
///
/// Requests for the same model wait for one load. Room is made by unloading idle models, the one used longest ago
/// first; a model with a lease, or one that is pinned, stays. Models that find no room wait in the order they came.
public actor ModelPool: ModelProvider {
  /// What a name stands for now.
  struct Slot {
    enum State {
      case unloaded
      case loading(serial: Int)
      case loaded(serial: Int)
      case failed(ServerError)
    }

    var entry: ModelEntry
    var created: Int
    var state = State.unloaded
    /// What was learned when the model was loaded; kept when it is unloaded.
    var learned: Learned?
  }

  struct Learned {
    var abilities: Set<ModelListing.Ability>
    var contextLength: Int?
    var facts: [ModelListing.Fact]
    var owner: String?
  }

  /// A model that takes memory, or is promised some. Its slot may have gone on to another one.
  struct Instance {
    enum Phase {
      case loading(Task<Void, Never>?)
      case resident(LoadedModel)
      /// Only finishes what runs on it; nil while it is still being loaded.
      case retired(LoadedModel?)
      case closing
    }

    var name: String
    var phase: Phase
    var byteCount = 0
    var leases = 0
    var lastUse = 0
    var idleTimer: Task<Void, Never>?
  }

  /// Weights that another instance has in memory and that an entry can go on with.
  struct InheritedWeights {
    /// The instance that has them.
    var serial: Int
    var adapting: LoadedModel.Adapting
  }

  /// A request that waits for a model to be loaded.
  struct Waiter {
    var serial: Int
    /// Nil for somebody who only wants it loaded.
    var ability: ModelListing.Ability?
    /// The adapter that was asked for; nil for the model as it is.
    var adapter: String?
    var continuation: CheckedContinuation<Result<ModelLease, ServerError>, Never>
  }

  /// A model that waits for room.
  struct RoomRequest {
    var serial: Int
    var byteCount: Int
    var timer: Task<Void, Never>
    var continuation: CheckedContinuation<Result<Void, ServerError>, Never>
  }

  let loader: any ModelLoader
  let clock: any Clock<Duration>
  var limits: ModelPoolLimits
  var order: [String] = []
  var slots: [String: Slot] = [:]
  /// Names, aliases and names of adapters to the names of entries.
  var names: [String: String] = [:]
  var instances: [Int: Instance] = [:]
  var waiters: [String: [Waiter]] = [:]
  var roomQueue: [RoomRequest] = []
  var observers: [Int: AsyncStream<ModelPoolEvent>.Continuation] = [:]
  var counted = ModelPoolStatistics()
  private var lastSerial = 0

  /// A pool with nothing loaded.
  ///
  /// - Parameters:
  ///   - created: seconds since 1970, for lists of models.
  ///   - clock: measures idle times, patience and loads.
  /// - Throws: `invalidRequest` when two entries share a name or an entry has no purpose.
  public init(
    _ entries: [ModelEntry], loader: any ModelLoader, limits: ModelPoolLimits = ModelPoolLimits(), created: Int,
    clock: any Clock<Duration>
  ) throws(ServerError) {
    names = try Self.names(of: entries)
    self.loader = loader
    self.limits = limits
    self.clock = clock
    order = entries.map(\.name)
    for entry in entries { slots[entry.name] = Slot(entry: entry, created: created) }
  }

  /// What the pool has done, and what it holds.
  public var statistics: ModelPoolStatistics {
    var statistics = counted
    statistics.byteCount = reservedBytes
    statistics.waitingRequests = waiters.values.reduce(0) { $0 + $1.count }
    statistics.leases = instances.values.reduce(0) { $0 + $1.leases }
    statistics.loadedModels = instances.values.count { if case .resident = $0.phase { true } else { false } }
    return statistics
  }

  /// What happens from now on. A reader that falls behind by more than `limit` events misses the oldest of them.
  public func events(keepingNewest limit: Int = 1024) -> AsyncStream<ModelPoolEvent> {
    let (stream, continuation) = AsyncStream.makeStream(
      of: ModelPoolEvent.self, bufferingPolicy: .bufferingNewest(max(1, limit)))
    let serial = nextSerial()
    observers[serial] = continuation
    continuation.onTermination = { [weak self] _ in Task { await self?.forgetObserver(serial) } }
    return stream
  }

  /// Checks that names and aliases are not empty, lead to one entry each, and that every entry is for something.
  static func names(of entries: [ModelEntry]) throws(ServerError) -> [String: String] {
    var names: [String: String] = [:]
    for entry in entries {
      guard !entry.purposes.isEmpty else {
        throw ServerError(.invalidRequest, "The model \"\(entry.name)\" is for nothing. Name at least one purpose.")
      }
      for name in entry.allNames {
        guard !name.isEmpty else {
          throw ServerError(.invalidRequest, "A model or adapter has an empty name or alias. Give it one.")
        }
        if let other = names.updateValue(entry.name, forKey: name) {
          throw ServerError(
            .invalidRequest,
            "The name \"\(name)\" stands for both \"\(other)\" and \"\(entry.name)\". Every name and alias is for one model or adapter."
          )
        }
      }
    }
    return names
  }

  func nextSerial() -> Int {
    lastSerial += 1
    return lastSerial
  }

  func tell(_ name: String, _ change: ModelPoolEvent.Change) {
    for observer in observers.values { observer.yield(ModelPoolEvent(name: name, change: change)) }
  }

  private func forgetObserver(_ serial: Int) {
    observers[serial] = nil
  }

  deinit {
    for observer in observers.values { observer.finish() }
  }
}
