/// How a SentencePiece model changes text before it is cut (`normalizer_spec`).
public struct NormalizerSpecification: Sendable, Equatable {
  var message = ProtobufMessage()

  /// The defaults of the format: a space in front, no doubled spaces, spaces written as U+2581.
  public init() {}

  init(_ message: ProtobufMessage) { self.message = message }

  /// What is done with spaces.
  public enum Spaces: Sendable, Equatable {
    /// They stay as they are.
    case kept
    /// Those at both ends go away, and of several in a row one stays.
    case collapsed
  }

  /// Whether a space is put where the text begins (or ends).
  public enum DummyPrefix: Sendable, Equatable { case added, absent }

  /// How a space is written.
  public enum SpaceSpelling: Sendable, Equatable {
    /// As U+2581.
    case visible
    /// As a space.
    case plain
  }

  /// The compiled rules (`precompiled_charsmap`): a double array and the texts that it points to; empty for none.
  public var characterMap: [UInt8] {
    get { message.bytes(2) ?? [] }
    set { message.set(2, .bytes(newValue)) }
  }

  /// `add_dummy_prefix`.
  public var dummyPrefix: DummyPrefix {
    get { message.bool(3) ?? true ? .added : .absent }
    set { message.set(3, newValue == .added) }
  }

  /// `remove_extra_whitespaces`.
  public var spaces: Spaces {
    get { message.bool(4) ?? true ? .collapsed : .kept }
    set { message.set(4, newValue == .collapsed) }
  }

  /// `escape_whitespaces`.
  public var spaceSpelling: SpaceSpelling {
    get { message.bool(5) ?? true ? .visible : .plain }
    set { message.set(5, newValue == .visible) }
  }
}
