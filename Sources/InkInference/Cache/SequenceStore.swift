import InkTensor

/// The sequences of an engine, the pages kept from earlier ones, and the limit on both.
struct SequenceStore: PageStore {
  let pageLimit: Int
  let account: PageAccount
  private let kept = PrefixCache()
  private let sharing: EngineSettings.PrefixSharing
  private var sequences: [RequestID: CachedSequence] = [:]
  private var promised = 0

  init(pageLimit: Int, sharing: EngineSettings.PrefixSharing) {
    self.pageLimit = pageLimit
    self.sharing = sharing
    self.account = PageAccount()
  }

  subscript(id: RequestID) -> CachedSequence? {
    get { sequences[id] }
    _modify { yield &sequences[id] }
  }

  mutating func reuse(for id: RequestID) -> Int {
    if sharing == .shared { sequences[id]?.reuse(from: kept) }
    return sequences[id]?.cache.length ?? 0
  }

  mutating func secure(_ pages: Int) -> Bool {
    let missing = account.count + promised + pages - pageLimit
    // Some more than are missing, because looking for the oldest costs as much for one as for many.
    return missing <= 0 || kept.giveUp(max(missing, pageLimit / 32)) >= missing
  }

  mutating func promise(_ pages: Int) { promised += pages }

  mutating func release(_ id: RequestID) { sequences[id]?.release() }

  /// The step that pages were promised for has been computed.
  mutating func settle() { promised = 0 }

  /// Keeps the whole pages of a sequence for others.
  mutating func keep(_ id: RequestID) {
    if sharing == .shared { sequences[id]?.keep(in: kept, atEnd: false) }
  }

  /// Forgets a sequence; what was computed of it is kept for others while there is room.
  mutating func remove(_ id: RequestID) {
    guard var sequence = sequences.removeValue(forKey: id) else { return }
    if sharing == .shared { sequence.keep(in: kept, atEnd: true) }
  }
}
