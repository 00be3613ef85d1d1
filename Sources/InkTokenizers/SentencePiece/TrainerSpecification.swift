/// What a SentencePiece model remembers of its training (`trainer_spec`); the parts that matter for use have names.
public struct TrainerSpecification: Sendable, Equatable {
  var message = ProtobufMessage()

  /// The defaults of the format: a unigram model with `<unk>`, `<s>` and `</s>`.
  public init() {}

  /// How text is cut (`model_type`).
  public var algorithm: SentencePieceModel.Algorithm {
    get { message.int32(3).flatMap(SentencePieceModel.Algorithm.init) ?? .unigram }
    set { message.set(3, newValue.rawValue) }
  }

  /// On which side of a word its space is written (`treat_whitespace_as_suffix`).
  public var spaceSide: SequenceSide {
    get { message.bool(24) ?? false ? .end : .start }
    set { message.set(24, newValue == .end) }
  }

  /// What stands for characters that no piece spells (`byte_fallback`).
  public var unknownCharacters: UnknownCharacters {
    get { message.bool(35) ?? false ? .bytes : .unknownPiece }
    set { message.set(35, newValue == .bytes) }
  }

  /// What stands for characters that no piece spells.
  public enum UnknownCharacters: Sendable, Equatable {
    /// The unknown piece, one for a run.
    case unknownPiece
    /// Their bytes, one piece each.
    case bytes
  }

  /// The piece that stands for the unknown (`unk_piece`).
  public var unknownPiece: String {
    get { text(45, default: "<unk>") }
    set { message.set(45, newValue) }
  }

  /// The piece that begins a sequence (`bos_piece`).
  public var beginningPiece: String {
    get { text(46, default: "<s>") }
    set { message.set(46, newValue) }
  }

  /// The piece that ends a sequence (`eos_piece`).
  public var endPiece: String {
    get { text(47, default: "</s>") }
    set { message.set(47, newValue) }
  }

  /// The piece that fills short sequences (`pad_piece`).
  public var paddingPiece: String {
    get { text(48, default: "<pad>") }
    set { message.set(48, newValue) }
  }

  /// The ids asked for in training (`unk_id`, `bos_id`, `eos_id`, `pad_id`); -1 where there is none. The pieces decide.
  public var requestedIDs: (unknown: Int32, beginning: Int32, end: Int32, padding: Int32) {
    get {
      (message.int32(40) ?? 0, message.int32(41) ?? 1, message.int32(42) ?? 2, message.int32(43) ?? -1)
    }
    set {
      message.set(40, newValue.unknown)
      message.set(41, newValue.beginning)
      message.set(42, newValue.end)
      message.set(43, newValue.padding)
    }
  }

  /// The text that the unknown piece is decoded to (`unk_surface`).
  public var unknownSurface: String {
    get { message.bytes(44).map { String(decoding: $0, as: UTF8.self) } ?? " \u{2047} " }
    set { message.set(44, newValue) }
  }

  /// An empty string counts as absent.
  private func text(_ number: Int, default value: String) -> String {
    guard let bytes = message.bytes(number), !bytes.isEmpty else { return value }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Refuses a model type that does not exist.
  func check(_ name: String) throws(TokenizerError) {
    guard let value = message.int32(3), SentencePieceModel.Algorithm(rawValue: value) == nil else { return }
    throw TokenizerError(
      .unsupported, in: "\(name), trainer_spec.model_type",
      expected: "1 (unigram), 2 (byte-pair encoding), 3 (word) or 4 (character)", found: "\(value)",
      hint: "The file is damaged or of a newer format: fetch it again.")
  }
}
