/// An answer, what each of its sentences rests on, and the places in the sources.
public struct GroundedAnswer: Sendable, Hashable, Codable {
  /// How the answer came about.
  public enum Outcome: String, Sendable, Hashable, Codable {
    /// From passages of the documents.
    case answered
    /// Nothing in the documents fits; the answer is a fixed sentence and no model was asked.
    case notFound = "not_found"
    /// The message needed no documents; the model answered alone.
    case withoutDocuments = "without_documents"
  }

  /// Whose words the answer is in.
  public enum Wording: String, Sendable, Hashable, Codable {
    /// The model's own.
    case model
    /// Sentences of the documents among which the model chose.
    case chosenQuotes = "chosen_quotes"
    /// The sentences of the documents that are nearest to the question; no model was asked.
    case nearestQuotes = "nearest_quotes"
    /// A fixed sentence; no model was asked.
    case fixed

    /// Whether a model took part in the answer.
    public var isFromModel: Bool {
      switch self {
      case .model, .chosenQuotes: true
      case .nearestQuotes, .fixed: false
      }
    }
  }

  /// A sentence of the answer.
  public struct Sentence: Sendable, Hashable, Codable {
    /// The sentence.
    public var sentence: String
    /// Whether a source supports it by the plan's rule.
    public var supported: Bool
    /// Positions in `citations`, from 0.
    public var citations: [Int]

    /// A sentence.
    public init(sentence: String, supported: Bool, citations: [Int]) {
      self.sentence = sentence
      self.supported = supported
      self.citations = citations
    }
  }

  /// The question as asked.
  public var question: String
  /// The question as searched for, where that differs.
  public var searched: String?
  /// The answer's text.
  public var answer: String
  /// How the answer came about.
  public var outcome: Outcome
  /// Whose words it is in.
  public var wording: Wording
  /// The places in the sources, each once.
  public var citations: [Citation]
  /// The answer sentence by sentence.
  public var supported: [Sentence]
  /// What a person should know of how it came about, in sentences.
  public var notes: [String]

  /// An answer.
  public init(
    question: String, searched: String? = nil, answer: String, outcome: Outcome, wording: Wording,
    citations: [Citation] = [], supported: [Sentence] = [], notes: [String] = []
  ) {
    self.question = question
    self.searched = searched
    self.answer = answer
    self.outcome = outcome
    self.wording = wording
    self.citations = citations
    self.supported = supported
    self.notes = notes
  }

  /// Reads an answer; one without notes has none, and one that does not say whose words it is in has the model's.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    question = try values.decode(String.self, forKey: .question)
    searched = try values.decodeIfPresent(String.self, forKey: .searched)
    answer = try values.decode(String.self, forKey: .answer)
    outcome = try values.decode(Outcome.self, forKey: .outcome)
    wording = try values.decodeIfPresent(Wording.self, forKey: .wording) ?? .model
    citations = try values.decode([Citation].self, forKey: .citations)
    supported = try values.decode([Sentence].self, forKey: .supported)
    notes = try values.decodeIfPresent([String].self, forKey: .notes) ?? []
  }
}
