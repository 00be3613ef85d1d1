extension ModelPool {
  /// Unloads a model, also a pinned one; requests that run finish on it, and the next one loads it again.
  ///
  /// - Throws: `notFound` for an unknown name.
  @discardableResult
  public func unload(_ name: String) throws(ServerError) -> ModelUnloading {
    guard let known = names[name], let slot = slots[known] else { throw .unknownModel(name, known: knownNames) }
    switch slot.state {
    case .unloaded: return .nothingLoaded
    case .failed:
      slots[known]?.state = .unloaded
      return .nothingLoaded
    case .loading(let serial):
      detach(serial, because: .requested)
      let retry = limits.retryAfter
      failWaiters(
        for: known, ServerError(.unavailable(retryAfter: retry), "\"\(known)\" was unloaded while it was being loaded.")
      )
      return .done
    case .loaded(let serial):
      let running = instances[serial]?.leases ?? 0
      detach(serial, because: .requested)
      return running == 0 ? .done : .afterRunning(requests: running)
    }
  }

  /// Takes a model away from new requests and puts it away when the running ones are answered.
  func detach(_ serial: Int, because departure: ModelPoolEvent.Departure) {
    guard let instance = instances[serial] else { return }
    instance.idleTimer?.cancel()
    switch slots[instance.name]?.state {
    case .loading(serial), .loaded(serial): slots[instance.name]?.state = .unloaded
    case .unloaded, .loading, .loaded, .failed, nil: break
    }
    switch instance.phase {
    case .retired, .closing: return
    case .loading(let task):
      instances[serial]?.phase = .retired(nil)
      task?.cancel()
      endRoomRequest(serial, nil)
    case .resident(let loaded):
      instances[serial]?.phase = .retired(loaded)
      if instance.leases == 0 { close(loaded, of: serial) }
    }
    counted.departures[departure, default: 0] += 1
    tell(instance.name, .leaving(departure))
  }

  func close(_ loaded: LoadedModel, of serial: Int) {
    instances[serial]?.phase = .closing
    // The closure is all that is kept, so that the model itself is gone when its memory counts as free.
    let close = loaded.close
    Task {
      await close()
      self.forget(serial)
    }
  }

  private func forget(_ serial: Int) {
    guard let instance = instances.removeValue(forKey: serial) else { return }
    tell(instance.name, .unloaded)
    serveRoomQueue()
  }
}
