/// The content of a SentencePiece `.model` file: pieces with scores and types, and how text is normalized.
///
/// Kudo and Richardson 2018; the file is the protobuf message `ModelProto` of the published format. Fields that are not
/// known here are kept and written back.
///
/// ```swift
/// var model = try SentencePieceModel(bytes)
/// model.append("<|tool|>", score: 0, type: .userDefined)
/// let tokenizer = try Tokenizer(sentencePiece: model)
/// let file = model.serialized()
/// ```
public struct SentencePieceModel: Sendable, Equatable {
  /// What a piece is for.
  public enum PieceType: Int32, Sendable, Equatable {
    /// Found by the algorithm.
    case normal = 1
    /// Stands for what no piece spells.
    case unknown = 2
    /// Never comes out of text; `<s>` for example.
    case control = 3
    /// Always one token, whatever stands around it.
    case userDefined = 4
    /// Known, but not used for text.
    case unused = 5
    /// A byte, written `<0xNN>`.
    case byte = 6
  }

  /// How text is cut into pieces.
  public enum Algorithm: Int32, Sendable, Equatable {
    /// The most probable cut of a unigram language model (Kudo 2018).
    case unigram = 1
    /// Byte-pair encoding in the order of scores.
    case bytePair = 2
    /// Words between spaces.
    case word = 3
    /// Characters.
    case character = 4
  }

  /// The pieces, in the order of their ids.
  public private(set) var pieces = PackedStrings()
  /// The score of each piece; a logarithm of a probability for unigram models.
  public private(set) var scores: [Float] = []
  /// The type of each piece.
  public private(set) var types: [PieceType] = []
  /// What training has decided.
  public var trainer = TrainerSpecification()
  /// How text is changed before it is cut.
  public var normalizer = NormalizerSpecification()
  /// How decoded text is changed, if the file says so.
  public var denormalizer: NormalizerSpecification?

  /// Fields of single pieces that are not known here, by piece.
  private var otherPieceFields: [Int: ProtobufMessage] = [:]
  /// Fields of the file that are not known here.
  private var otherFields = ProtobufMessage()
  /// Which of the specifications the file holds.
  private var holdsTrainer = true
  private var holdsNormalizer = true

  /// A model without pieces.
  public init() {}

  /// The number of pieces.
  public var count: Int { types.count }

  /// Adds a piece with the next id.
  public mutating func append(_ piece: String, score: Float, type: PieceType = .normal) {
    append(Array(piece.utf8), score: score, type: type)
  }

  mutating func append(_ piece: some Sequence<UInt8>, score: Float, type: PieceType) {
    pieces.append(piece)
    scores.append(score)
    types.append(type)
  }

  /// The text of a piece.
  public func piece(_ id: Int) -> String? {
    types.indices.contains(id) ? String(decoding: pieces[id], as: UTF8.self) : nil
  }

  // MARK: Reading

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - bytes: the file.
  ///   - name: its name, for messages.
  /// - Throws: `TokenizerError` with the byte at which a damaged file stops making sense.
  public init(_ bytes: [UInt8], name: String = "tokenizer.model") throws(TokenizerError) {
    guard bytes.count < UInt32.max else {
      throw TokenizerError(
        .malformedFile, in: name, expected: "less than 4 GiB", found: "\(bytes.count) bytes",
        hint: "This is no SentencePiece model.")
    }
    holdsTrainer = false
    holdsNormalizer = false
    var reader = ProtobufReader(bytes, name: name)
    while let field = try reader.next() {
      switch (field.number, field.value) {
      case (1, .bytes(let range)): try readPiece(bytes, range, "\(name), piece \(count)")
      case (2, .bytes(let range)):
        try trainer.message.merge(bytes, in: range, name: "\(name), trainer_spec")
        holdsTrainer = true
      case (3, .bytes(let range)):
        try normalizer.message.merge(bytes, in: range, name: "\(name), normalizer_spec")
        holdsNormalizer = true
      case (5, .bytes(let range)):
        var message = denormalizer?.message ?? ProtobufMessage()
        try message.merge(bytes, in: range, name: "\(name), denormalizer_spec")
        denormalizer = NormalizerSpecification(message)
      default: otherFields.append(field, of: bytes)
      }
    }
    guard count > 0 else {
      throw TokenizerError(
        .invalidVocabulary, in: name, expected: "at least one piece", found: "none",
        hint: "The file is empty or no SentencePiece model: fetch it again.")
    }
    try trainer.check(name)
  }

  private mutating func readPiece(_ bytes: [UInt8], _ range: Range<Int>, _ name: String) throws(TokenizerError) {
    var reader = ProtobufReader(bytes, in: range, name: name)
    var text = range.lowerBound..<range.lowerBound
    var score: Float = 0
    var type = PieceType.normal
    while let field = try reader.next() {
      switch (field.number, field.value) {
      case (1, .bytes(let range)): text = range
      case (2, .fixed32(let bits)): score = Float(bitPattern: bits)
      case (3, .varint(let value)):
        guard let known = Int32(exactly: value).flatMap(PieceType.init) else {
          throw TokenizerError(
            .invalidField, in: name, expected: "a type from 1 to 6", found: "\(value)",
            hint: "The file is damaged: fetch it again.")
        }
        type = known
      default: otherPieceFields[count, default: ProtobufMessage()].append(field, of: bytes)
      }
    }
    append(bytes[text], score: score, type: type)
  }

  // MARK: Writing

  /// The file. Reading it again gives an equal model.
  public func serialized() -> [UInt8] {
    var writer = ProtobufWriter()
    for id in 0..<count {
      var piece = ProtobufWriter()
      piece.write(1, pieces[id])
      piece.write(2, .fixed32(scores[id].bitPattern))
      if types[id] != .normal { piece.write(3, .varint(UInt64(types[id].rawValue))) }
      if let other = otherPieceFields[id] { piece.write(other) }
      writer.write(1, piece.bytes)
    }
    func write(_ number: Int, _ message: ProtobufMessage) {
      var part = ProtobufWriter()
      part.write(message)
      writer.write(number, part.bytes)
    }
    if holdsTrainer || !trainer.message.fields.isEmpty { write(2, trainer.message) }
    if holdsNormalizer || !normalizer.message.fields.isEmpty { write(3, normalizer.message) }
    if let denormalizer { write(5, denormalizer.message) }
    writer.write(otherFields)
    return writer.bytes
  }
}
