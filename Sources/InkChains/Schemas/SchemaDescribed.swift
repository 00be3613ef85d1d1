/// A type that says what its members mean, for models to read.
public protocol SchemaDescribed {
  /// A sentence for each member, by the name the member has in JSON. A name that is no member is an error.
  static var memberDescriptions: [String: String] { get }
}
