public import AsyncHTTPClient
public import InkChat
import Synchronization

/// Brings each request to one of several servers: to the healthy one with the model that has the fewest requests.
///
/// A request that a server did not begin with (it could not be reached, it closed the connection before its answer began,
/// or it answered 429, 502 or 503) is sent to another one. One whose answer has begun is never sent twice.
///
/// `run` looks after the servers' health; without it, or `check`, no server is used.
public final class EndpointGroup: RemoteTransport {
  /// How servers are looked after.
  public struct Rules: Sendable, Hashable {
    /// Time between two looks.
    public var interval: Duration
    /// The longest time that a look takes.
    public var patience: Duration
    /// Looks in a row that must fail before a server gets no more requests. One that cannot be reached gets none at once.
    public var failuresBeforeRemoval: Int
    /// Servers that are tried for one request, the first among them.
    public var attempts: Int

    /// Rules with every field given.
    public init(
      interval: Duration = .seconds(5), patience: Duration = .seconds(5), failuresBeforeRemoval: Int = 2,
      attempts: Int = 3
    ) {
      self.interval = interval
      self.patience = patience
      self.failuresBeforeRemoval = failuresBeforeRemoval
      self.attempts = attempts
    }
  }

  /// What is known of a server.
  public struct Member: Sendable, Hashable {
    /// Its address.
    public var address: String
    /// Whether it gets requests.
    public var isHealthy = false
    /// Its models, as it told last.
    public var models: [EndpointModel] = []
    /// Requests that it is answering for this group.
    public var outstanding = 0
    /// Requests that were brought to it.
    public var requests = 0
    /// Why it gets no requests; nil for a healthy one.
    public var reason: String? = "not looked at yet"
    var failures = 0
    var lastUse = 0
  }

  public let dialect: EndpointDialect
  public let timeouts: EndpointTimeouts
  private let clients: [EndpointClient]
  private let rules: Rules
  private let clock: any Clock<Duration>
  private let state: Mutex<[Member]>

  /// A group of servers of one kind.
  ///
  /// - Parameters:
  ///   - client: as for `EndpointClient`.
  ///   - clock: measures the time between looks, and that of answers.
  public init(
    _ members: [(address: String, key: EndpointKey?)], dialect: EndpointDialect,
    timeouts: EndpointTimeouts = EndpointTimeouts(), rules: Rules = Rules(), client: HTTPClient,
    clock: any Clock<Duration>
  ) {
    self.dialect = dialect
    self.timeouts = timeouts
    self.rules = rules
    self.clock = clock
    clients = members.map { member in
      EndpointClient(
        Endpoint(address: member.address, key: member.key, dialect: dialect, timeouts: timeouts), retries: .none,
        client: client, clock: clock)
    }
    state = Mutex(members.map { Member(address: $0.address) })
  }

  /// The servers, in the order they were given.
  public var members: [Member] { state.withLock { $0 } }

  /// The models of all healthy servers, each once.
  public var models: [EndpointModel] {
    var seen: Set<String> = []
    return members.filter(\.isHealthy).flatMap(\.models).filter { seen.insert($0.name).inserted }
  }

  public func send(_ request: RemoteRequest) async throws(GenerationError) -> RemoteAnswer {
    var tried: Set<Int> = []
    var failure: GenerationError?
    while tried.count < rules.attempts, let index = choose(for: request.model, besides: tried) {
      tried.insert(index)
      do throws(RemoteFailure) {
        let answer = try await clients[index].attempt(request)
        return answer.onEnd { [weak self] in self?.release(index) }
      } catch {
        release(index)
        switch error.stage {
        case .final: throw error.error
        case .notReached: remove(index, because: error.error.description)
        case .notBegun: break
        }
        failure = error.error
      }
    }
    throw failure ?? nobody(for: request.model)
  }

  /// Looks at all servers at the same time, once.
  public func check() async {
    await withTaskGroup(of: Void.self) { group in
      for index in clients.indices { group.addTask { await self.check(index) } }
    }
  }

  /// Looks at all servers again and again, until the task is cancelled.
  public func run() async {
    while !Task.isCancelled {
      await check()
      do { try await clock.sleep(for: rules.interval, tolerance: nil) } catch { return }
    }
  }

  private func check(_ index: Int) async {
    let client = clients[index]
    do throws(GenerationError) {
      let models = try await withDeadlines(Deadlines(total: rules.patience), clock: clock) {
        [clock, dialect] _ throws(GenerationError) in
        switch dialect {
        case .vLLM, .llamaCpp, .inkstone:
          _ = try await client.send(RemoteRequest(path: .root("/health"), model: "")).bytes(limit: 64 << 10)
        case .openAI: break
        }
        return try await client.models(clock: clock)
      }
      state.withLock { members in
        members[index].models = models
        members[index].failures = 0
        members[index].isHealthy = true
        members[index].reason = nil
      }
    } catch {
      guard !Task.isCancelled else { return }
      state.withLock { members in
        members[index].failures += 1
        guard members[index].failures >= rules.failuresBeforeRemoval || !members[index].isHealthy else { return }
        members[index].isHealthy = false
        members[index].reason = error.description
      }
    }
  }

  /// Takes the healthy server with that model that has the fewest requests, of several the one used longest ago.
  private func choose(for model: String, besides tried: Set<Int>) -> Int? {
    state.withLock { members in
      let able = members.indices.filter { index in
        guard members[index].isHealthy, !tried.contains(index) else { return false }
        return members[index].models.contains { $0.name == model || $0.aliases.contains(model) }
      }
      let chosen = able.min {
        (members[$0].outstanding, members[$0].lastUse) < (members[$1].outstanding, members[$1].lastUse)
      }
      guard let chosen else { return nil }
      members[chosen].outstanding += 1
      members[chosen].requests += 1
      members[chosen].lastUse = (members.map(\.lastUse).max() ?? 0) + 1
      return chosen
    }
  }

  private func release(_ index: Int) {
    state.withLock { $0[index].outstanding -= 1 }
  }

  private func remove(_ index: Int, because reason: String) {
    state.withLock { members in
      members[index].isHealthy = false
      members[index].failures = max(members[index].failures, rules.failuresBeforeRemoval)
      members[index].reason = reason
    }
  }

  private func nobody(for model: String) -> GenerationError {
    let reasons = members.map { "\($0.address): \($0.reason ?? "does not have the model")" }
    return GenerationError(
      code: .unavailable, context: "gateway", expected: "a healthy worker with \"\(model)\"",
      found: "none", hint: "Ask again later.", privateDetail: reasons.joined(separator: "; "))
  }
}
