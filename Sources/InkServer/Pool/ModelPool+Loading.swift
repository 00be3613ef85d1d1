extension ModelPool {
  /// Begins to load unless that is done already.
  ///
  /// - Parameter weights: those of the model that the entry had before; nil reads them.
  func beginLoading(_ name: String, over weights: InheritedWeights? = nil) {
    guard let slot = slots[name] else { return }
    switch slot.state {
    case .loading, .loaded: return
    case .unloaded, .failed: break
    }
    let serial = nextSerial()
    slots[name]?.state = .loading(serial: serial)
    instances[serial] = Instance(name: name, phase: .loading(nil))
    tell(name, .loading)
    let task = Task { await self.load(slot.entry, as: serial, over: weights) }
    instances[serial]?.phase = .loading(task)
  }

  private func load(_ entry: ModelEntry, as serial: Int, over weights: InheritedWeights?) async {
    let elapsed = stopwatch(clock)
    let outcome: Result<LoadedModel, ServerError>
    do throws(ServerError) {
      if let weights, let adapted = try await weights.adapting(entry) {
        // They are in memory once, whoever uses them.
        instances[weights.serial]?.byteCount = 0
        outcome = .success(adapted)
      } else {
        let byteCount = max(0, try await loader.estimate(entry))
        try await makeRoom(byteCount, for: serial, of: entry)
        outcome = .success(try await loader.load(entry))
      }
    } catch {
      outcome = .failure(error)
    }
    finishLoading(serial, outcome, duration: elapsed())
  }

  private func finishLoading(_ serial: Int, _ outcome: Result<LoadedModel, ServerError>, duration: Duration) {
    guard let instance = instances[serial] else { return }
    switch (instance.phase, outcome) {
    case (.loading, .success(let loaded)):
      settle(loaded, as: serial, of: instance.name, duration: duration)
    case (.loading, .failure(let error)):
      instances[serial] = nil
      slots[instance.name]?.state = .failed(error)
      counted.failures += 1
      tell(instance.name, .failed(error))
      failWaiters(for: instance.name, error)
    case (_, .success(let loaded)):
      // Its entry went while it was being loaded.
      close(loaded, of: serial)
    case (_, .failure):
      instances[serial] = nil
      tell(instance.name, .unloaded)
    }
    serveRoomQueue()
  }

  private func settle(_ loaded: LoadedModel, as serial: Int, of name: String, duration: Duration) {
    let byteCount = Self.plausible(loaded.model.byteCount)
    instances[serial]?.phase = .resident(loaded)
    instances[serial]?.byteCount = byteCount
    instances[serial]?.lastUse = nextSerial()
    slots[name]?.state = .loaded(serial: serial)
    slots[name]?.learned = Learned(
      abilities: loaded.abilities, contextLength: loaded.contextLength, facts: loaded.facts, owner: loaded.owner)
    counted.loads += 1
    tell(name, .loaded(duration: duration, byteCount: byteCount))
    for waiter in waiters.removeValue(forKey: name) ?? [] {
      guard let slot = slots[name] else { continue }
      do throws(ServerError) {
        waiter.continuation.resume(
          returning: .success(try lease(on: serial, of: slot, for: waiter.ability, adapter: waiter.adapter)))
      } catch {
        waiter.continuation.resume(returning: .failure(error))
      }
    }
    startIdleTimer(for: serial)
    trimToLimit(sparing: serial)
  }

  func failWaiters(for name: String, _ error: ServerError) {
    for waiter in waiters.removeValue(forKey: name) ?? [] { waiter.continuation.resume(returning: .failure(error)) }
  }

  /// Keeps sums of byte counts that come from outside from overflowing.
  static func plausible(_ byteCount: Int) -> Int { min(max(0, byteCount), 1 << 50) }
}

/// Tells how much time has passed on a clock since the call.
private func stopwatch<Measuring: Clock>(
  _ clock: Measuring
) -> @Sendable () -> Duration where Measuring.Duration == Duration {
  let start = clock.now
  return { start.duration(to: clock.now) }
}
