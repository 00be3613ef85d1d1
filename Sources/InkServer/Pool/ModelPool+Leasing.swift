extension ModelPool {
  /// A model to use, loaded if need be, by its name or an alias, or with an adapter by the adapter's name; nil asks for
  /// the first that has the ability.
  ///
  /// - Throws: `notFound` for an unknown name, `invalidRequest` for a missing ability, `unavailable` when there is no
  ///   room in time, and what the loader throws.
  public func lease(_ name: String?, for ability: ModelListing.Ability) async throws(ServerError) -> ModelLease {
    let known = try identify(name, for: ability)
    let adapter = name.flatMap { name in slots[known]?.entry.adapters.first { $0.name == name }?.name }
    return try await use(known, adapter: adapter, for: ability)
  }

  /// Loads a model and waits until it can answer.
  ///
  /// - Throws: as `lease`.
  public func load(_ name: String) async throws(ServerError) {
    guard let known = names[name] else { throw .unknownModel(name, known: knownNames) }
    _ = try await use(known, adapter: nil, for: nil)
  }

  /// Loads the models that are to be there from the start, one after the other, and gives the reasons of those that could not be loaded.
  @discardableResult
  public func preload() async -> [String: ServerError] {
    var failures: [String: ServerError] = [:]
    for name in order where slots[name]?.entry.residence.isPreloaded == true {
      do throws(ServerError) { try await load(name) } catch { failures[name] = error }
    }
    return failures
  }

  private func identify(_ name: String?, for ability: ModelListing.Ability) throws(ServerError) -> String {
    guard let name else {
      let fitting = order.first { slots[$0].map { listing(of: $0).abilities.contains(ability) } ?? false }
      let possible = order.first { slots[$0]?.entry.possibleAbilities.contains(ability) ?? false }
      guard let chosen = fitting ?? possible else { throw .unknownModel(nil, known: knownNames) }
      return chosen
    }
    guard let known = names[name], let slot = slots[known] else { throw .unknownModel(name, known: knownNames) }
    let possible = slot.learned?.abilities ?? slot.entry.possibleAbilities
    guard possible.contains(ability) else { throw .missing(ability, in: listing(of: slot)) }
    return known
  }

  private func use(
    _ name: String, adapter: String?, for ability: ModelListing.Ability?
  ) async throws(ServerError) -> ModelLease {
    guard let slot = slots[name] else { throw .unknownModel(name, known: knownNames) }
    let serial = nextSerial()
    if case .loaded(let loaded) = slot.state {
      return try lease(on: loaded, of: slot, for: ability, adapter: adapter)
    }
    // The lease is made before the waiter goes on, so that nothing can be unloaded between the load and its use.
    let result = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        waiters[name, default: []].append(
          Waiter(serial: serial, ability: ability, adapter: adapter, continuation: continuation))
        beginLoading(name)
      }
    } onCancel: {
      Task { await self.cancelWaiter(serial, for: name) }
    }
    return try result.get()
  }

  /// Gives a lease on a model that is loaded, or on it with one of its adapters.
  func lease(
    on serial: Int, of slot: Slot, for ability: ModelListing.Ability?, adapter: String?
  ) throws(ServerError) -> ModelLease {
    guard var instance = instances[serial], case .resident(let loaded) = instance.phase else {
      throw ServerError(.unavailable(retryAfter: 1), "\"\(slot.entry.name)\" is being put away. Ask again.")
    }
    let listing = listing(of: slot, adapter: adapter)
    if let ability, !loaded.abilities.contains(ability) { throw .missing(ability, in: listing) }
    guard var model = adapter.map({ loaded.adapted[$0] }) ?? loaded.model else {
      // The entry was changed while the request waited.
      throw .unknownModel(adapter, known: knownNames)
    }
    if ability == .rerank, model.reranker == nil {
      throw .headless(listing, adapters: slot.entry.adapters.map(\.name))
    }
    instance.leases += 1
    instance.lastUse = nextSerial()
    instance.idleTimer?.cancel()
    instance.idleTimer = nil
    instances[serial] = instance
    model.defaults = slot.entry.defaults
    model.renderer = model.renderer.map { FilledRenderer(renderer: $0, defaults: slot.entry.defaults) }
    return ModelLease(listing: listing, model: model) { [weak self] in
      Task { await self?.endLease(on: serial) }
    }
  }

  func endLease(on serial: Int) {
    guard var instance = instances[serial] else { return }
    instance.leases -= 1
    instance.lastUse = nextSerial()
    instances[serial] = instance
    guard instance.leases == 0 else { return }
    if case .retired(let loaded?) = instance.phase {
      close(loaded, of: serial)
    } else {
      startIdleTimer(for: serial)
    }
    serveRoomQueue()
  }

  func startIdleTimer(for serial: Int) {
    guard let instance = instances[serial], instance.leases == 0, let slot = slots[instance.name],
      case .loaded(serial) = slot.state, case .whileUsed(let idleLimit) = slot.entry.residence
    else { return }
    instance.idleTimer?.cancel()
    let lastUse = instance.lastUse
    instances[serial]?.idleTimer = Task { [clock, weak self] in
      do { try await clock.sleep(for: idleLimit, tolerance: nil) } catch { return }
      await self?.endIdle(serial, unusedSince: lastUse)
    }
  }

  private func endIdle(_ serial: Int, unusedSince lastUse: Int) {
    guard let instance = instances[serial], instance.leases == 0, instance.lastUse == lastUse else { return }
    detach(serial, because: .idle)
  }

  private func cancelWaiter(_ serial: Int, for name: String) {
    guard let index = waiters[name]?.firstIndex(where: { $0.serial == serial }) else { return }
    let waiter = waiters[name]?.remove(at: index)
    waiter?.continuation.resume(
      returning: .failure(ServerError(.invalidRequest, "The request was cancelled.", code: "cancelled")))
  }
}
