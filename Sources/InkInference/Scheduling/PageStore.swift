/// The pages that a scheduler shares out, without the numbers in them.
package protocol PageStore {
  /// Positions of a request's sequence that are cached, once everything kept from other sequences has been taken over.
  mutating func reuse(for id: RequestID) -> Int

  /// Makes sure that so many pages can be taken, giving up those that are only kept for later requests.
  ///
  /// - Returns: whether they can, beside those that were promised.
  mutating func secure(_ pages: Int) -> Bool

  /// Sets pages aside for the step that is being planned.
  mutating func promise(_ pages: Int)

  /// Gives back the pages of a request that is put back.
  mutating func release(_ id: RequestID)
}
