extension ModelPool {
  /// Takes new entries, and limits, without a restart.
  ///
  /// A model whose entry is the same, or differs only in names, residence or defaults, stays loaded. One whose entry is
  /// gone or loads another model is put away: requests that run finish on it, those that wait for it get the new one.
  /// Where only adapters changed, the weights stay: the new entry takes them over at once.
  /// Models that are to be there from the start are loaded by the next `preload`.
  ///
  /// - Parameter created: seconds since 1970, for the new entries.
  /// - Throws: as the initialiser; nothing is changed then.
  public func configure(
    _ entries: [ModelEntry], limits: ModelPoolLimits, created: Int
  ) throws(ServerError) {
    names = try Self.names(of: entries)
    self.limits = limits
    let old = slots
    order = entries.map(\.name)
    slots = [:]
    for entry in entries {
      var slot = Slot(entry: entry, created: created)
      if let before = old[entry.name], before.entry.isLoadedLike(entry) {
        slot = before
        slot.entry = entry
      }
      slots[entry.name] = slot
    }
    for (name, before) in old {
      let isKept = slots[name].map { before.entry.isLoadedLike($0.entry) } ?? false
      switch before.state {
      case .loading(let serial), .loaded(let serial):
        if isKept {
          startIdleTimer(for: serial)
        } else {
          let weights = weights(of: serial, for: slots[name]?.entry, after: before.entry)
          detach(serial, because: .reconfigured)
          if let weights { beginLoading(name, over: weights) }
        }
      case .unloaded, .failed: break
      }
    }
    for name in Array(waiters.keys) {
      if slots[name] == nil {
        failWaiters(for: name, .unknownModel(name, known: knownNames))
      } else {
        beginLoading(name)
      }
    }
    serveRoomQueue()
  }

  /// What a loaded model leaves to an entry that differs in adapters alone.
  private func weights(of serial: Int, for entry: ModelEntry?, after before: ModelEntry) -> InheritedWeights? {
    guard let entry, before.differsInAdapters(from: entry), case .resident(let loaded)? = instances[serial]?.phase,
      let adapting = loaded.adapting
    else { return nil }
    return InheritedWeights(serial: serial, adapting: adapting)
  }
}
