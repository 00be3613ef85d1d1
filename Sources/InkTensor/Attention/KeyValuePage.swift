/// One page of cached keys and values.
///
/// Written at positions that no reader looks at yet, by the one sequence that owns its end; a page shared by several
/// sequences is full and only read.
package final class KeyValuePage: Sendable {
  let storage: Storage
  private let account: PageAccount?

  /// A page of zeros: unwritten slots must be finite, because their weight of zero is multiplied with them.
  package init(layout: KeyValueLayout, account: PageAccount? = nil) {
    storage = Storage.zeros(byteCount: layout.pageByteCount)
    self.account = account
    account?.open()
  }

  /// A page from a pool, with undefined contents: for readers that use no weight of an unwritten slot.
  init(layout: KeyValueLayout, memory: StoragePool) {
    storage = memory.allocate(byteCount: layout.pageByteCount)
    account = nil
  }

  /// A copy, for a sequence that leaves a shared prefix inside a page.
  package init(copying other: KeyValuePage) {
    storage = Storage.allocate(byteCount: other.storage.byteCount)
    storage.base.copyMemory(from: other.storage.base, byteCount: storage.byteCount)
    account = other.account
    account?.open()
  }

  deinit { account?.close() }

  /// The address of a byte.
  func address(_ offset: Int) -> UnsafeMutableRawPointer { storage.base + offset }
}
