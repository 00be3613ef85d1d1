/// A model in use. Whoever provided it does not put it away before the lease is gone.
public final class ModelLease: Sendable {
  /// What a list says of it.
  public let listing: ModelListing
  /// The model.
  public let model: ServedModel
  private let onEnd: @Sendable () -> Void

  /// A lease.
  ///
  /// - Parameter onEnd: called once, when nobody holds the lease any more.
  public init(listing: ModelListing, model: ServedModel, onEnd: @escaping @Sendable () -> Void = {}) {
    self.listing = listing
    self.model = model
    self.onEnd = onEnd
  }

  deinit { onEnd() }
}
